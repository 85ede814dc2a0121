import pytest
from core.report.reports import provenance

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.report_uris import report_uris
from airflow_provider_rekmedia.core.report.stored_run import StoredReport, parse_stored_report
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def test_files_are_those_that_the_results_task_wrote():
    run = provenance()
    uris = report_uris(S3Uri("analysis", "report/"), TaskIdentity(run.dag_id, run.run_id, run.task_id, -1))
    expected = StoredReport(uris.json, uris.html, uris.latest_json, uris.latest_html)
    assert parse_stored_report(str(uris.json)) == expected
    assert parse_stored_report({"version": 1, "json": str(uris.json), "headline": "…"}) == expected


def test_a_report_at_the_root_of_a_bucket_has_its_files_there():
    found = parse_stored_report("s3://analysis/report.json")
    assert found.html == S3Uri("analysis", "report.html")
    assert found.latest_json == S3Uri("analysis", "latest.json")


@pytest.mark.parametrize("value", [None, "", "None", {}])
def test_no_value_is_no_report(value):
    assert parse_stored_report(value) is None


@pytest.mark.parametrize("value", ["s3://analysis/report.html", {"html": "s3://analysis/report.html"}])
def test_other_files_are_refused(value):
    with pytest.raises(InvalidArgument):
        parse_stored_report(value)
