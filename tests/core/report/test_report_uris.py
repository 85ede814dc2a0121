from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.report_uris import report_uris
from airflow_provider_rekmedia.core.s3_uri import S3Uri

PREFIX = S3Uri("reports", "nightly/")


def test_each_run_has_its_own_files_and_the_newest_are_beside_them():
    uris = report_uris(PREFIX, TaskIdentity("moderate", "manual__1", "results", -1))
    other = report_uris(PREFIX, TaskIdentity("moderate", "manual__2", "results", -1))
    assert str(uris.latest_html) == "s3://reports/nightly/moderate/results/latest.html"
    assert uris.latest_json == other.latest_json
    assert uris.json != other.json
    assert str(uris.json).startswith(str(uris.folder))
    assert str(uris.json).endswith("/report.json")
    assert str(uris.html).endswith("/report.html")


def test_mapped_tasks_do_not_share_a_folder():
    first, second = (report_uris(PREFIX, TaskIdentity("moderate", "r", "results", index)) for index in (0, 1))
    assert first.folder != second.folder


def test_a_run_id_cannot_leave_the_prefix():
    uris = report_uris(PREFIX, TaskIdentity("../../x", "../../y", "..", -1))
    assert uris.json.key.startswith("nightly/")
    assert "/../../" not in uris.json.key
