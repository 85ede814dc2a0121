import pytest
from core.report.qualities import actions, review_quality
from core.report.reports import night_of, provenance, report_of
from services.review.review_stage import Stage

from airflow_provider_rekmedia.adapters.report.page import render_report
from airflow_provider_rekmedia.adapters.report.report_files import ReportFiles
from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.report_file import decode_report
from airflow_provider_rekmedia.core.report.stored_run import parse_stored_report
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.report_sections import add_report_sections


@pytest.fixture
def stage():
    return Stage()


def write(stage, night=0):
    """Write the report of a night as the results task does, and return where it is."""
    run = provenance(night)
    identity = TaskIdentity(run.dag_id, run.run_id, run.task_id, -1)
    files = ReportFiles(stage.objects, S3Uri("analysis", "report/"), identity)
    report = report_of(night_of(1, 2, 3), night=night)
    files.write(report, render_report(report))
    return parse_stored_report(str(files.uris.json))


def read(stage, uri):
    return decode_report(stage.objects.read(uri), str(uri))


def test_sections_are_added_to_the_report_its_page_and_the_latest_report(stage):
    stored = write(stage)
    assert add_report_sections(stage.objects, stored, review=review_quality())
    assert add_report_sections(stage.objects, stored, actions=actions())
    report = read(stage, stored.json)
    assert (report.review, report.actions) == (review_quality(), (actions(),))
    assert stage.objects.read(stored.html) == render_report(report)
    assert read(stage, stored.latest_json) == report
    assert stage.objects.read(stored.latest_html) == render_report(report)


def test_a_retry_replaces_its_own_section(stage):
    stored = write(stage)
    for _ in range(2):
        add_report_sections(stage.objects, stored, actions=actions())
    assert read(stage, stored.json).actions == (actions(),)


def test_the_latest_report_of_another_run_is_left_alone(stage):
    stored = write(stage)
    write(stage, night=1)
    before = stage.objects.read(stored.latest_html)
    assert add_report_sections(stage.objects, stored, actions=actions())
    assert read(stage, stored.latest_json).actions == ()
    assert stage.objects.read(stored.latest_html) == before


@pytest.mark.parametrize("latest", [None, b"damaged"])
def test_a_report_without_a_readable_latest_report_gets_its_section(stage, latest):
    stored = write(stage)
    stage.objects.delete(stored.latest_json)
    if latest:
        stage.objects.put(stored.latest_json, latest, "application/json")
    assert add_report_sections(stage.objects, stored, actions=actions())
    assert read(stage, stored.json).actions == (actions(),)
    assert stage.objects.read_or_none(stored.latest_json) == latest


def test_a_missing_report_is_a_warning(stage, caplog):
    stored = parse_stored_report("s3://analysis/none/report.json")
    assert not add_report_sections(stage.objects, stored, actions=actions())
    assert "There is no report at s3://analysis/none/report.json" in caplog.text


class OtherWriter:
    """Another task adds its section at the moment of a write, a number of times."""

    def __init__(self, objects, stored, uri, times):
        self.objects, self.stored, self.uri, self.times = objects, stored, uri, times

    def __getattr__(self, name):
        return getattr(self.objects, name)

    def _interrupt(self, uri):
        if uri == self.uri and self.times:
            self.times -= 1
            section = actions(task_id=f"other {self.times}")
            add_report_sections(self.objects, self.stored, actions=section)

    def put(self, uri, *arguments):
        self._interrupt(uri)
        self.objects.put(uri, *arguments)

    def put_if_unchanged(self, uri, *arguments):
        self._interrupt(uri)
        return self.objects.put_if_unchanged(uri, *arguments)


@pytest.mark.parametrize("file", ["json", "html", "latest_json"])
def test_sections_of_tasks_that_write_at_the_same_time_are_all_kept(stage, file):
    stored = write(stage)
    objects = OtherWriter(stage.objects, stored, getattr(stored, file), times=1)
    assert add_report_sections(objects, stored, review=review_quality())
    report = read(stage, stored.json)
    assert report.review == review_quality()
    assert [task.task_id for task in report.actions] == ["other 0"]
    assert stage.objects.read(stored.html) == render_report(report)
    assert read(stage, stored.latest_json) == report
    assert stage.objects.read(stored.latest_html) == render_report(report)


def test_a_report_that_changes_all_the_time_is_an_error(stage):
    stored = write(stage)
    objects = OtherWriter(stage.objects, stored, stored.json, times=10)
    with pytest.raises(UnreadableReport, match="it changed 10 times"):
        add_report_sections(objects, stored, review=review_quality())
