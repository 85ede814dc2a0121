from datetime import UTC, datetime, timedelta

import msgspec
from core.report.reports import POLICY, image, provenance, report_of

from airflow_provider_rekmedia.core.report.earlier_reports import (
    MAX_EARLIER_RUNS,
    earlier_run,
    images_billed_in_month,
    select_earlier,
)


def nights(*numbers, **changes):
    return [report_of([image()], night=number, **changes) for number in numbers]


def run_ids(reports):
    return [report.provenance.run_id for report in reports]


def test_the_last_runs_are_used_oldest_first():
    reports = nights(*range(40))
    chosen = select_earlier(reversed(reports), provenance(35))
    assert run_ids(chosen) == run_ids(reports[35 - MAX_EARLIER_RUNS : 35])


def test_reports_of_this_run_and_of_other_tasks_are_ignored():
    others = nights(1, dag_id="other") + nights(1, task_id="other") + nights(1, map_index=3) + nights(5)
    assert select_earlier(others, provenance(5)) == []


def test_of_a_run_that_was_cleared_the_newest_report_is_used():
    old, new = nights(1)[0], nights(1, created_at=datetime(2026, 11, 20, tzinfo=UTC))[0]
    for reports in ([old, new], [new, old]):
        assert select_earlier(reports, provenance(5)) == [new]


def test_the_images_of_the_month_are_those_of_other_runs_before_this_one():
    reports = [*nights(0, 1, 2, 29), *nights(1, dag_id="other"), *nights(-1)]
    assert images_billed_in_month(reports, provenance(2)) == 3
    again = provenance(2, created_at=provenance(3).created_at)
    assert images_billed_in_month([*reports, *reports], again) == 3


def test_a_run_without_a_data_interval_is_ordered_by_its_creation():
    run = provenance(3, data_interval_start=None, data_interval_end=None)
    assert run.ordered_at == run.created_at
    assert run.ordered_at - provenance(3).ordered_at == timedelta(minutes=40)


def test_the_trend_keeps_what_it_needs_of_a_report():
    (report,) = nights(4)
    kept = earlier_run(report)
    assert (kept.run_id, kept.images, kept.policy_digest) == (
        report.provenance.run_id,
        report.images,
        report.provenance.policy_digest,
    )
    assert len(msgspec.json.encode(kept)) < 400
    assert POLICY.name not in str(kept)
