import msgspec
import pytest
from core.report.qualities import review_quality
from core.report.reports import image, night_of, report_of

from airflow_provider_rekmedia.core.report.report_page import page_content
from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED, ImageFailure
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

FAILED = ImageFailure(None, "X", "m")


def content_of(*args, max_rules=20, max_labels=30, **changes):
    return page_content(report_of(*args, **changes), max_rules=max_rules, max_labels=max_labels)


@pytest.mark.parametrize(("decision", "needs_person"), [(Decision.REVIEW, 5), (Decision.BLOCK, 3)])
def test_images_that_were_not_analyzed_need_a_person_if_the_policy_reviews_them(decision, needs_person):
    content = content_of(night_of(1, 3, 4), [FAILED] * 2, not_analyzed=decision)
    assert content.needs_person == needs_person


@pytest.mark.parametrize(
    ("results", "failures", "words"),
    [
        ([], [], "no image"),
        ([], [FAILED], "No image was analyzed"),
        ([image()], [ImageFailure(None, UNACCOUNTED, "m")], "neither a result nor an error"),
        ([image()], [FAILED], ""),
    ],
)
def test_what_is_wrong_with_a_run_is_a_warning(results, failures, words):
    warning = content_of(results, failures).warning
    assert words in warning
    assert bool(warning) is bool(words)


def test_an_alarm_says_which_share_changed():
    reports = [report_of(night_of(4, 10, 186), night=night) for night in range(8)]
    content = content_of(night_of(20, 10, 170), night=8, reports=reports)
    assert content.alarm.endswith("blocked 10.0 % instead of 2.0 %.")
    assert len(content.runs) == 9
    assert content_of(night_of(4, 10, 186), night=8, reports=reports).alarm == ""


def test_what_the_page_leaves_out_is_counted():
    content = content_of(night_of(1, 1, 1), max_rules=1, max_labels=0)
    assert (len(content.rules), content.hidden_rules) == (1, 1)
    assert (content.labels, content.hidden_labels) == ((), 2)


def test_page_has_the_sections_of_reviews():
    report = msgspec.structs.replace(report_of([image(Alcohol=80)]), review=review_quality())
    page = page_content(report, max_rules=1, max_labels=5)
    assert [bar.rule.images for bar in page.precision] == [380]
    assert page.hidden_precision == 1
    assert [found.suggested for found in page.thresholds] == [80.0]
    assert "+    review: 80" in page.diff
    assert page.hidden_diff == 0
