from collections import Counter

from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.verdicts.policy import Policy, Rule, verdict
from airflow_provider_rekmedia.core.verdicts.policy_diff import PolicyDiff
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

OLD = Policy({"Violence": Rule("Violence", 90, 50)})
NEW = Policy({"Violence": Rule("Violence", 70, 60)}, not_analyzed=Decision.BLOCK)


def result(confidence):
    labels = [ModerationLabel("Violence", confidence)] if confidence else []
    return ImageResult(f"s3://b/{confidence}", Detection(labels))


def test_each_change_is_counted_exactly():
    results = [result(confidence) for confidence in (0, 55, 65, 75, 80, 95)]
    diff = PolicyDiff(OLD, NEW)

    for one in results:
        diff.add([one])
    diff.add([], not_analyzed=2)

    assert list(diff.iter_changes()) == [
        (Decision.REVIEW, Decision.BLOCK, 4),
        (Decision.REVIEW, Decision.ALLOW, 1),
        (Decision.ALLOW, Decision.ALLOW, 1),
        (Decision.BLOCK, Decision.BLOCK, 1),
        (Decision.REVIEW, Decision.REVIEW, 1),
    ]
    assert (diff.images, diff.changed) == (8, 5)
    expected = Counter((verdict(one, OLD).decision, verdict(one, NEW).decision) for one in results)
    expected[Decision.REVIEW, Decision.BLOCK] += 2
    assert {(old, new): count for old, new, count in diff.iter_changes()} == expected


def test_equal_policies_change_nothing():
    diff = PolicyDiff(OLD, OLD)
    diff.add([result(75)])

    assert diff.changed == 0
