"""The sections that later tasks add to a report: review quality and actions."""

import msgspec
import pytest
from adapters.report.parsed_page import ParsedPage
from core.report.qualities import actions, review_quality
from core.report.reports import image, report_of

from airflow_provider_rekmedia.adapters.report.page import MAX_PAGE_BYTES, render_report
from airflow_provider_rekmedia.core.learning.review_quality import measure_review_quality

HOSTILE = ["<script>window.XSS=1</script>", '"><img src=x onerror=window.XSS=1>', "{{ 7*7 }}", "a\u202eb"]


def report_with(**sections):
    return msgspec.structs.replace(report_of([image(Alcohol=80)] * 9), **sections)


def hostile(text):
    section = actions(task_id=text, verdict=text, log=f"s3://b/{text}")
    quality = review_quality(rule=text, stratum=text)
    return report_with(review=quality, actions=(section,))


def test_a_report_without_these_sections_does_not_name_them():
    page = ParsedPage(render_report(report_with()))
    assert "Review quality" not in page.text
    assert "Actions" not in page.text


def test_review_quality_has_every_number_as_text():
    page = ParsedPage(render_report(report_with(review=review_quality())))
    assert page.problems() == []
    for text in (
        "Review quality",
        "the last 28 runs with this policy and model: 990 images, 2 people",
        "93.33 % of 300 images",
        "78.95 %",
        "-    review: 50.0",
        "+    review: 80",
        "not yet: needs 40 more reviews of images with this rule and verdict",
    ):
        assert text in page.text


def test_double_reviews_by_one_person_are_named():
    quality = review_quality()
    assert "Double reviews by one person" not in ParsedPage(render_report(report_with(review=quality))).text
    agreement = msgspec.structs.replace(quality.agreement, same_person=7)
    quality = msgspec.structs.replace(quality, agreement=agreement)

    page = ParsedPage(render_report(report_with(review=quality)))

    assert page.problems() == []
    assert "7 images: the same person decided twice" in page.text


def test_nothing_is_shown_from_nothing():
    quality = measure_review_quality([], runs=0, flagged={})
    page = ParsedPage(render_report(report_with(review=quality)))
    assert page.problems() == []
    assert "needs 500 more audited images" in page.text
    assert "no double reviews" in page.text


def test_actions_have_each_outcome():
    page = ParsedPage(render_report(report_with(actions=(actions(), actions(task_id="undo")))))
    assert page.problems() == []
    assert "Task actions: 1,242 objects" in page.text
    assert "Task undo: 1,242 objects" in page.text
    for outcome in ("done", "already", "listed", "changed", "gone", "held", "denied", "failed"):
        assert outcome in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    page, plain = ParsedPage(render_report(hostile(text))), ParsedPage(render_report(hostile("x")))
    assert page.problems() == []
    assert page.tags == plain.tags
    assert [(tag, name) for tag, name, _ in page.attributes] == [
        (tag, name) for tag, name, _ in plain.attributes
    ]


def test_many_rules_and_a_long_diff_fit_on_the_page():
    quality = review_quality()
    rules = tuple(
        msgspec.structs.replace(quality.rules[1], rule=f"{number} {'&' * 300}") for number in range(500)
    )
    diff = "\n".join(["&" * 500] * 1_000)
    quality = msgspec.structs.replace(
        quality, rules=rules, thresholds=quality.thresholds * 500, policy_diff=diff
    )
    tasks = tuple(actions(task_id=f"{'&' * 300}{number}") for number in range(5))
    page = render_report(report_with(review=quality, actions=tasks))
    assert len(page) <= MAX_PAGE_BYTES
