from datetime import UTC, datetime, timedelta

from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.report import stored_reports
from airflow_provider_rekmedia.core.report.earlier_reports import MAX_EARLIER_RUNS
from airflow_provider_rekmedia.core.report.stored_reports import choose_reports
from airflow_provider_rekmedia.core.s3_uri import S3Uri

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
OWN = S3Uri("b", "report/dag/task/own/report.json")


def uri(day):
    return S3Uri("b", f"report/dag/task/{day}/report.json")


def stored(*days):
    return [FoundImage(uri(day), modified_at=NOW - timedelta(days=day)) for day in days]


def test_the_newest_reports_are_read_whole_and_the_others_of_the_month_in_part(monkeypatch):
    monkeypatch.setattr(stored_reports, "MAX_EARLIER_RUNS", 3)
    chosen = choose_reports(stored(40, 1, 25, 3, 2, 5, 19, 4), own=OWN, at=NOW)
    assert chosen.last == (uri(1), uri(2), uri(3))
    assert chosen.month == (uri(4), uri(5), uri(19))


def test_only_a_limited_number_of_reports_is_read_however_many_there_are():
    found = [
        FoundImage(uri(number), modified_at=NOW - timedelta(minutes=number)) for number in range(1, 2_000)
    ]
    chosen = choose_reports(found, own=OWN, at=NOW)
    assert len(chosen.last) == MAX_EARLIER_RUNS
    assert len(chosen.month) == 1_000


def test_other_files_and_the_own_report_are_ignored():
    latest, page = (S3Uri("b", f"report/dag/task/{name}") for name in ("latest.json", "1/report.html"))
    found = [FoundImage(each, modified_at=NOW) for each in (OWN, latest, page)]
    assert choose_reports(found, own=OWN, at=NOW).last == ()
    assert choose_reports([FoundImage(uri(1))], own=OWN, at=NOW).last == (uri(1),)


def test_a_cleared_run_also_reads_the_runs_that_its_own_report_names(monkeypatch):
    monkeypatch.setattr(stored_reports, "MAX_EARLIER_RUNS", 1)
    chosen = choose_reports(stored(1, 50, 60), own=OWN, at=NOW, named=[uri(60), uri(99)])
    assert chosen.last == (uri(1), uri(60))
    assert chosen.month == ()
