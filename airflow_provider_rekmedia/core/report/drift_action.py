"""What a drift alarm does to the task: the argument ``on_drift``."""

from enum import StrEnum
from typing import Any

from airflow_provider_rekmedia.core.arguments import parse_choice, parse_optional
from airflow_provider_rekmedia.core.errors import InvalidArgument

__all__ = ["DriftAction", "parse_drift_action"]


class DriftAction(StrEnum):
    """What the task does after a drift alarm."""

    WARN = "warn"
    FAIL = "fail"


def parse_drift_action(on_drift: Any, *, report: Any) -> DriftAction:
    """
    Parse the argument ``on_drift``.

    :param report: The argument ``report``: without earlier reports, there is no drift.
    :raises InvalidArgument: There is no such action, or it needs *report*.
    """
    action = parse_choice("on_drift", on_drift, DriftAction)
    if action is DriftAction.FAIL and parse_optional(report) is None:
        problem = "it needs report, whose earlier files the run is compared with"
        raise InvalidArgument(argument="on_drift", value=on_drift, problem=problem)
    return action
