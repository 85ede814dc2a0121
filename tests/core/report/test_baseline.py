import msgspec
import pytest
from core.report.reports import image, night_of, provenance, report_of

from airflow_provider_rekmedia.core.report.baseline import baseline_of
from airflow_provider_rekmedia.core.report.drift import DriftStatus
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

OTHER_POLICY = parse_policy({"labels": {"Alcohol": "block"}})


def nights(statuses, **changes):
    """One report for each letter: a calm run, an alarm, or a learning run."""
    words = {"c": DriftStatus.CALM, "a": DriftStatus.ALARM, "l": DriftStatus.LEARNING}
    reports = [report_of([image()], night=night, **changes) for night in range(len(statuses))]
    return [
        msgspec.structs.replace(report, drift=msgspec.structs.replace(report.drift, status=words[status]))
        for report, status in zip(reports, statuses, strict=True)
    ]


def test_the_baseline_begins_with_the_last_change_of_policy_or_model():
    old, changed = nights("cc"), nights("c", policy=OTHER_POLICY)
    current = nights("cc")
    assert baseline_of([*old, *changed, *current], provenance(5)).reports == current
    assert baseline_of(current, provenance(5, model_versions=("8.0",))).reports == []
    assert baseline_of(nights("cc"), provenance(5, policy=OTHER_POLICY)).reports == []


@pytest.mark.parametrize(
    ("statuses", "used"),
    [
        ("lllccc", [0, 1, 2, 3, 4, 5]),
        ("ccac", [0, 1, 3]),
        ("acca", [1, 2]),
        ("ccaaaaaa", [0, 1]),
        ("ccaaaaaaa", [2, 3, 4, 5, 6, 7, 8]),
        ("ccaaaaaaaaa", [4, 5, 6, 7, 8, 9, 10]),
        ("ccaaaaaaaccac", [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]),
    ],
)
def test_alarms_are_excluded_until_seven_in_a_row_are_the_new_level(statuses, used):
    reports = nights(statuses)
    found = baseline_of(reports, provenance(20))
    assert [reports.index(report) for report in found.reports] == used
    assert found.excluded == len(statuses) - len(used)


def test_a_shift_that_stays_is_an_alarm_for_seven_nights():
    reports = []
    for night in range(24):
        block = 20 if night < 10 else 80
        reports.append(report_of(night_of(block, 50, 930 - block), night=night, reports=reports))
    alarms = [night for night, report in enumerate(reports) if report.drift.status is DriftStatus.ALARM]
    assert alarms == [10, 11, 12, 13, 14, 15, 16]
    assert [report.drift.excluded_runs for report in reports[15:18]] == [5, 6, 10]
    assert reports[17].drift.baseline_runs == 7
