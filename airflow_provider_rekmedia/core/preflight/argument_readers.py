"""Reads each argument whose value can be wrong by itself. Late imports keep the parsing of a Dag cheap."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import (
    parse_choice,
    parse_optional,
    parse_optional_number,
    parse_optional_percent,
    parse_optional_prefix,
    parse_optional_text,
    parse_optional_time,
    parse_optional_uri,
    parse_optional_whole_number,
    parse_seconds,
    parse_switch,
)
from airflow_provider_rekmedia.core.errors import RekmediaError

__all__ = ["iter_argument_errors", "read_argument"]

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


def _uri(_: str, value: Any) -> None:
    parse_optional_uri(value)


def _drift_action(name: str, value: Any) -> None:
    from airflow_provider_rekmedia.core.report.drift_action import DriftAction  # noqa: PLC0415 as above

    parse_choice(name, value, DriftAction)


def _report(argument: str, value: Any) -> None:
    """Parse the prefix of the results task, or the stored report that a later task adds to."""
    from airflow_provider_rekmedia.core.report.stored_run import parse_stored_report  # noqa: PLC0415 as above

    if isinstance(value, Mapping) or str(value).endswith(".json"):
        parse_stored_report(value)
    else:
        _prefix(argument, value)


def _max_loss(_: str, value: Any) -> None:
    from airflow_provider_rekmedia.core.learning.quality_arguments import parse_max_loss  # noqa: PLC0415 as above

    parse_max_loss(value)


def _reviewer_errors(_: str, value: Any) -> None:
    from airflow_provider_rekmedia.core.learning.quality_arguments import (  # noqa: PLC0415 as above
        parse_reviewer_errors,
    )

    parse_reviewer_errors(value)


#: One reader for each argument whose value can be wrong by itself.
_READERS: Final[Mapping[str, Callable[[str, Any], object]]] = {
    "action_log": _prefix,
    "audit_candidates": _prefix,
    "decisions_file": _uri,
    "holds": _prefix,
    "kms_key_id": parse_optional_text,
    "ledger": _prefix,
    "manifest_prefix": _prefix,
    "max_attempts": _whole_number,
    "max_bytes": _whole_number,
    "max_concurrency": _whole_number,
    "max_cost": parse_optional_number,
    "max_failed": _tolerance,
    "max_loss": _max_loss,
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
    "previews": parse_switch,
    "quarantine": _prefix,
    "report": _report,
    "review": _prefix,
    "reviewer_errors": _reviewer_errors,
    "scan": parse_optional_text,
    "source": _source,
    "timeout": parse_seconds,
    "verdicts": _prefix,
}


def read_argument(name: str, value: Any) -> None:
    """
    Check the value of an argument. An unknown name is ignored: its operator checks it.

    :raises InvalidInput: The argument cannot be used.
    """
    if name in _READERS:
        _READERS[name](name, value)


def iter_argument_errors(arguments: Mapping[str, Any]) -> Iterator[tuple[str, RekmediaError]]:
    """Yield the name and the error of each argument that cannot be used."""
    for name, value in arguments.items():
        try:
            read_argument(name, value)
        except RekmediaError as error:
            yield name, error
