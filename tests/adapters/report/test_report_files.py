"""Reports in S3: what is read, what is written, and what is never overwritten."""

from dataclasses import replace

import pytest
from core.report.reports import night_of, provenance, report_of

from airflow_provider_rekmedia.adapters.report.report_files import ReportFiles
from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.report_file import decode_report
from airflow_provider_rekmedia.core.s3_uri import S3Uri

PREFIX = S3Uri("analysis", "report/")


def files_of(stage, night):
    run = provenance(night)
    return ReportFiles(stage.objects, PREFIX, TaskIdentity(run.dag_id, run.run_id, run.task_id, -1))


def write(stage, night, reports=(), images=(0, 1, 9)):
    report = report_of(night_of(*images), night=night, reports=reports)
    files_of(stage, night).write(report, f"page {night}".encode())
    return report


def test_a_run_reads_the_reports_of_other_runs_and_not_its_own(stage):
    written = [write(stage, night) for night in range(3)]
    earlier = files_of(stage, 2).read_earlier(stage.now)
    assert sorted(earlier.last, key=lambda report: report.provenance.run_id) == written[:2]
    assert earlier.month == ()


def test_a_rerun_overwrites_its_own_report_and_no_other(stage):
    for night in (0, 1):
        write(stage, night)
    write(stage, 0, images=(5, 0, 0))
    first, second = files_of(stage, 0).uris, files_of(stage, 1).uris
    assert decode_report(stage.objects.read(first.json), "").images.block == 5
    assert stage.objects.read(second.html) == b"page 1"
    assert decode_report(stage.objects.read(second.json), "").images.block == 0
    found = [image.uri.key.rpartition("/")[2] for image in stage.objects.iter_objects(PREFIX)]
    assert sorted(found) == ["latest.html", "latest.json", *["report.html"] * 2, *["report.json"] * 2]


def test_the_latest_report_is_that_of_the_newest_run_even_if_an_old_run_is_cleared(stage):
    for night in (0, 1, 0):
        write(stage, night)
    uris = files_of(stage, 0).uris
    assert stage.objects.read(uris.latest_html) == b"page 1"
    assert stage.objects.read(uris.latest_json) == stage.objects.read(files_of(stage, 1).uris.json)


def test_a_damaged_report_of_another_run_is_an_error_that_names_it(stage):
    write(stage, 0)
    uri = files_of(stage, 0).uris.json
    stage.objects.put(uri, b'{"version": 2}', "application/json")
    with pytest.raises(UnreadableReport, match=str(uri)):
        files_of(stage, 1).read_earlier(stage.now)


def test_clearing_the_task_of_a_damaged_report_writes_it_again(stage, caplog):
    files = files_of(stage, 0)
    for uri in (files.uris.json, files.uris.latest_json):
        stage.objects.put(uri, b"{", "application/json")
    files.read_earlier(stage.now)
    report = write(stage, 0)
    assert decode_report(stage.objects.read(files.uris.json), "") == report
    assert decode_report(stage.objects.read(files.uris.latest_json), "") == report
    assert "It is overwritten." in caplog.text


def test_of_the_month_only_what_the_cost_needs_is_read(stage, monkeypatch):
    monkeypatch.setattr("airflow_provider_rekmedia.core.report.stored_reports.MAX_EARLIER_RUNS", 1)
    written = [write(stage, night) for night in range(3)]
    earlier = files_of(stage, 9).read_earlier(stage.now)
    assert len(earlier.last) == 1
    runs = {run.provenance.run_id: run.cost for run in earlier.month}
    assert len(runs) == 2
    assert all(runs.get(report.provenance.run_id, report.cost) == report.cost for report in written)


def test_reports_of_other_tasks_are_not_read(stage):
    write(stage, 0)
    files = files_of(stage, 1)
    other = ReportFiles(stage.objects, PREFIX, replace(files._identity, task_id="other"))
    assert other.read_earlier(stage.now).last == ()
