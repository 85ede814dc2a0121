"""A finished review adds its quality to the report of the run."""

import pytest
from core.report.reports import image as analyzed
from core.report.reports import provenance, report_of
from core.review.rows import row
from services.review.review_stage import Stage, images

from airflow_provider_rekmedia.core.report.report_file import decode_report, encode_report
from airflow_provider_rekmedia.core.report.stored_run import parse_stored_report

REPORT = parse_stored_report("s3://ops/report/run/report.json")


@pytest.fixture
def stage():
    return Stage()


def finish(stage, letters):
    """Finish a review of four images, with a report of a run with the policy of their verdicts."""
    digest = row("a").policy_digest
    report = report_of([analyzed(Alcohol=80)] * 4, policy_digest=digest)
    stage.put(str(REPORT.json), encode_report(report))
    written = stage.plan(*images("a", "b", "c", "d", rule="Alcohol", model_version=None))
    stage.answer(written, letters)
    return stage.finish(written, report=REPORT)


def test_quality_is_in_the_report_and_in_the_result(stage):
    finished = finish(stage, "abbs")
    (rule,) = finished.quality.rules
    assert (rule.rule, rule.images, rule.reviewed, rule.confirmed) == ("Alcohol", 4, 3, 2)
    assert finished.quality.undecided == 1
    report = decode_report(stage.s3.objects[str(REPORT.json)], "")
    assert report.review == finished.quality
    assert report.provenance.run_id == provenance().run_id


def test_an_escalated_image_is_in_no_number_and_in_no_text_of_the_report(stage):
    finished = finish(stage, "aebb")
    (rule,) = finished.quality.rules
    assert (rule.reviewed, rule.confirmed) == (3, 2)
    assert b"uploads/b" not in stage.s3.objects[str(REPORT.html)]
    assert "uploads/b" not in str(finished.quality)


def test_without_a_report_nothing_is_measured(stage):
    written = stage.plan(*images("a"))
    stage.answer(written, "b")
    assert stage.finish(written).quality is None
