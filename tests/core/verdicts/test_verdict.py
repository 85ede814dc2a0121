from airflow_provider_rekmedia.core.verdicts.verdict import ALLOWED, Decision


def test_decisions_are_ordered_by_severity():
    assert [each.severity for each in (Decision.ALLOW, Decision.REVIEW, Decision.BLOCK)] == [0, 1, 2]


def test_an_image_without_labels_is_allowed_for_no_rule():
    assert (ALLOWED.decision, ALLOWED.rule, ALLOWED.labels) == (Decision.ALLOW, "", ())
