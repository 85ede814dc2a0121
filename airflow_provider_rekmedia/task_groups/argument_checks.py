"""
Checks the arguments of :func:`moderate_images` when the Dag is parsed.

Templates and XComs are checked when a task runs.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from airflow_provider_rekmedia.airflow_compat import XComArg
from airflow_provider_rekmedia.core.arguments import (
    parse_choice,
    parse_optional,
    parse_optional_number,
    parse_optional_percent,
    parse_optional_prefix,
    parse_optional_text,
    parse_optional_time,
    parse_optional_whole_number,
    parse_seconds,
)

__all__ = ["check_actions", "check_arguments", "check_policy", "is_known_when_parsed", "reads_xcom"]

_MAX_NUMBER: Final = 10**12

_whole_number = partial(parse_optional_whole_number, low=0, high=_MAX_NUMBER)


def _source(_: str, value: Any) -> None:
    from airflow_provider_rekmedia.core.images.source import parse_source  # noqa: PLC0415 keeps parsing cheap

    if parse_optional(value) is not None:
        parse_source(value)


def _tolerance(_: str, value: Any) -> None:
    from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance  # noqa: PLC0415 as above

    parse_tolerance(value)


def _share(_: str, value: Any) -> None:
    from airflow_provider_rekmedia.core.actions.limits import parse_max_share  # noqa: PLC0415 as above

    parse_max_share(value)


def _prefix(_: str, value: Any) -> None:
    parse_optional_prefix(value)


def _drift_action(name: str, value: Any) -> None:
    from airflow_provider_rekmedia.core.report.drift_action import DriftAction  # noqa: PLC0415 as above

    parse_choice(name, value, DriftAction)


#: One reader for each argument whose value can be wrong by itself.
def _report(argument: str, value: Any) -> None:
    """Parse the prefix of the results task, or the stored report that a later task adds to."""
    from airflow_provider_rekmedia.core.report.stored_run import parse_stored_report  # noqa: PLC0415 keeps parsing cheap

    if isinstance(value, Mapping) or str(value).endswith(".json"):
        parse_stored_report(value)
    else:
        _prefix(argument, value)


_READERS: Final[Mapping[str, Callable[[str, Any], object]]] = {
    "action_log": _prefix,
    "audit_candidates": _prefix,
    "holds": _prefix,
    "kms_key_id": parse_optional_text,
    "ledger": _prefix,
    "manifest_prefix": _prefix,
    "max_attempts": _whole_number,
    "max_bytes": _whole_number,
    "max_concurrency": _whole_number,
    "max_cost": parse_optional_number,
    "max_failed": _tolerance,
    "max_objects": _whole_number,
    "max_share": _share,
    "max_images": partial(parse_optional_whole_number, low=1, high=10_000),
    "max_total_images": _whole_number,
    "max_tps": parse_optional_number,
    "max_xcom_bytes": partial(parse_optional_whole_number, low=1_000, high=1_000_000),
    "max_xcom_items": partial(parse_optional_whole_number, low=0, high=10_000),
    "min_bytes": _whole_number,
    "min_confidence": parse_optional_percent,
    "modified_after": parse_optional_time,
    "modified_before": parse_optional_time,
    "on_drift": _drift_action,
    "output": _prefix,
    "parquet": _prefix,
    "pattern": parse_optional_text,
    "poll_interval": parse_seconds,
    "quarantine": _prefix,
    "report": _report,
    "scan": parse_optional_text,
    "source": _source,
    "timeout": parse_seconds,
    "verdicts": _prefix,
}


def check_arguments(arguments: Mapping[str, Any]) -> None:
    """
    Check the arguments of one operator; those that are not known when the Dag is parsed are skipped.

    :raises InvalidInput: An argument cannot be used.
    """
    for name, value in arguments.items():
        if name in _READERS and is_known_when_parsed(value):
            _READERS[name](name, value)


def check_actions(arguments: Mapping[str, Any]) -> None:
    """
    Check the arguments of the task that acts, as far as they are known when the Dag is parsed.

    :param arguments: Empty if nothing acts.
    :raises InvalidInput: An argument cannot be used, or the quarantine is inside the source.
    """
    if not arguments:
        return
    from airflow_provider_rekmedia.core.actions.action_plan import parse_actions  # noqa: PLC0415 keeps parsing cheap
    from airflow_provider_rekmedia.core.actions.quarantine import refuse_inside  # noqa: PLC0415 as above
    from airflow_provider_rekmedia.core.actions.verdict_input import parse_source_prefixes  # noqa: PLC0415

    check_arguments(arguments)
    actions, quarantine, source = (arguments.get(name) for name in ("actions", "quarantine", "source"))
    if is_known_when_parsed(actions):
        parse_actions(actions)
    place = parse_optional_prefix(quarantine) if is_known_when_parsed(quarantine) else None
    if place is not None and is_known_when_parsed(source):
        refuse_inside("quarantine", place, parse_source_prefixes(source))


def check_policy(policy: Any, min_confidence: Any) -> None:
    """
    Check a policy that is known when the Dag is parsed: a mapping, or a file on local disk.

    :param min_confidence: Of the job, in percent; ``None`` is the default of the service.
    :raises PolicyMissing: There is no such file.
    :raises InvalidPolicy: It is not a policy, or one of its thresholds is below *min_confidence*.
    """
    given = parse_optional(policy)
    if given is None or not is_known_when_parsed(given) or str(given).startswith("s3://"):
        return
    from airflow_provider_rekmedia.adapters.results.local_policy import load_local_policy  # noqa: PLC0415
    from airflow_provider_rekmedia.core.verdicts.thresholds import check_thresholds  # noqa: PLC0415

    checked = load_local_policy(given)
    if is_known_when_parsed(min_confidence):
        percent = parse_optional_percent("min_confidence", min_confidence)
        check_thresholds(checked, percent)


def is_known_when_parsed(value: Any) -> bool:
    """Whether a value has neither a template nor an XCom in it."""
    text = str(value)
    return not (reads_xcom(value) or "{{" in text or "{%" in text)


def reads_xcom(value: Any) -> bool:
    """Whether a value is, or mentions, the XCom of a task."""
    return isinstance(value, XComArg) or "xcom" in str(value).lower()
