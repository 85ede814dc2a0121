import pytest
from core.report.reports import image, report_of

from airflow_provider_rekmedia.adapters.report.page import render_report
from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.report.report_file import encode_report
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.results import stored_report
from airflow_provider_rekmedia.services.results.stored_report import render_stored_report

URI = S3Uri("analysis", "report.json")


def test_the_page_is_the_one_that_the_task_wrote(stage):
    report = report_of([image(Explicit=95), image()])
    stage.objects.put(URI, encode_report(report), "application/json")
    assert render_stored_report(stage.objects, URI) == render_report(report)


def test_a_missing_report_is_none(stage):
    assert render_stored_report(stage.objects, URI) is None


def test_a_file_too_large_for_a_report_is_not_read(stage, monkeypatch):
    monkeypatch.setattr(stored_report, "MAX_REPORT_BYTES", 10)
    stage.objects.put(URI, b"x" * 11, "application/json")
    with pytest.raises(UnreadableReport, match="it has 11 bytes"):
        render_stored_report(stage.objects, URI)
