import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.report.drift_action import DriftAction, parse_drift_action

REPORTS = "s3://photos/report/"


@pytest.mark.parametrize(
    ("on_drift", "report", "action"),
    [
        ("warn", None, DriftAction.WARN),
        ("warn", REPORTS, DriftAction.WARN),
        ("fail", REPORTS, DriftAction.FAIL),
    ],
)
def test_an_action_is_a_word(on_drift, report, action):
    assert parse_drift_action(on_drift, report=report) is action


@pytest.mark.parametrize(("on_drift", "report"), [("explode", REPORTS), (None, REPORTS)])
def test_an_unknown_action_is_refused(on_drift, report):
    with pytest.raises(InvalidArgument, match="warn, fail"):
        parse_drift_action(on_drift, report=report)


@pytest.mark.parametrize("report", [None, "", "None"])
def test_a_failure_on_drift_needs_reports(report):
    with pytest.raises(InvalidArgument, match="it needs report"):
        parse_drift_action("fail", report=report)
