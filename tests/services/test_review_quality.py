import pytest
from core.learning.records import record
from core.report.reports import image, provenance, report_of
from services.review.review_stage import Stage
from services.test_report_sections import read

from airflow_provider_rekmedia.adapters.report.page import render_report
from airflow_provider_rekmedia.adapters.report.report_files import ReportFiles
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.stored_run import parse_stored_report
from airflow_provider_rekmedia.core.review.decision_record import encode_records
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.verdict_file import verdict_folder
from airflow_provider_rekmedia.services.review_quality import QualityRequest, measure_reviews

REVIEWS = S3Uri("analysis", "reviews/")
OTHER = parse_policy({"labels": {"Alcohol": {"review": 60}}})
DIGEST = provenance().policy_digest


@pytest.fixture
def stage():
    return Stage()


def write_report(stage, night, reports=(), **changes):
    """Write the report of a night with thirty images to review."""
    images = [image(Alcohol=80)] * 30 + [image()] * 70
    report = report_of(images, night=night, reports=reports, **changes)
    run = report.provenance
    identity = TaskIdentity(run.dag_id, run.run_id, run.task_id, -1)
    files = ReportFiles(stage.objects, S3Uri("analysis", "report/"), identity)
    files.write(report, render_report(report))
    return report, parse_stored_report(str(files.uris.json))


def write_decisions(stage, run_id, first, number, **changes):
    records = [
        record(
            number,
            "block" if number % 10 else "allow",
            run_id=run_id,
            **({"policy_digest": DIGEST} | changes),
        )
        for number in range(first, first + number)
    ]
    uri = verdict_folder(REVIEWS.join("audit/"), "moderate", run_id).join(f"{first}.jsonl")
    stage.objects.put(uri, encode_records(records), "application/jsonl")


def measure(stage, stored, **changes):
    request = QualityRequest(reviews=REVIEWS, dag_id="moderate", report=stored, **changes)
    return measure_reviews(request, stage.objects)


def test_runs_with_the_same_policy_and_model_are_measured_together(stage):
    earlier, _ = write_report(stage, 0)
    report, stored = write_report(stage, 1, [earlier])
    write_decisions(stage, earlier.provenance.run_id, 0, 30, model_version="7.0")
    write_decisions(stage, report.provenance.run_id, 30, 25)
    quality = measure(stage, stored)
    (rule,) = quality.rules
    assert (rule.rule, rule.images, rule.reviewed, rule.confirmed) == ("Alcohol", 60, 55, 49)
    assert (quality.runs, quality.undecided) == (2, 5)
    assert [found.rule for found in quality.thresholds] == ["Alcohol"]
    assert read(stage, stored.json).review == quality


def test_decisions_about_another_policy_or_model_do_not_count(stage):
    earlier, _ = write_report(stage, 0, policy=OTHER)
    report, stored = write_report(stage, 1, [earlier])
    write_decisions(stage, earlier.provenance.run_id, 0, 30, policy_digest=earlier.provenance.policy_digest)
    write_decisions(stage, report.provenance.run_id, 30, 10, model_version="6.1")
    write_decisions(stage, report.provenance.run_id, 40, 20)
    (rule,) = measure(stage, stored).rules
    assert (rule.images, rule.reviewed) == (30, 20)


def test_an_earlier_report_that_was_deleted_is_left_out(stage):
    earlier, of_earlier = write_report(stage, 0)
    _, stored = write_report(stage, 1, [earlier])
    stage.objects.delete(of_earlier.json)
    (rule,) = measure(stage, stored).rules
    assert (rule.images, rule.reviewed) == (30, 0)


def test_without_a_report_nothing_is_measured(stage, caplog):
    assert measure(stage, parse_stored_report("s3://analysis/none/report.json")) is None
    assert "review quality is not measured" in caplog.text


def test_decisions_before_the_first_report_do_not_count(stage):
    report, stored = write_report(stage, 25)
    write_decisions(stage, report.provenance.run_id, 0, 30)
    (rule,) = measure(stage, stored).rules
    assert rule.reviewed == 0
