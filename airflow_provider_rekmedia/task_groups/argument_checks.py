"""
Checks the arguments of :func:`moderate_images` when the Dag is parsed.

Templates and XComs are checked when a task runs.
"""

from collections.abc import Mapping
from typing import Any

from airflow_provider_rekmedia.airflow_compat import XComArg
from airflow_provider_rekmedia.core.arguments import (
    parse_optional,
    parse_optional_percent,
    parse_optional_prefix,
)
from airflow_provider_rekmedia.core.preflight.argument_readers import read_argument

__all__ = ["check_actions", "check_arguments", "check_policy", "is_known_when_parsed", "reads_xcom"]


def check_arguments(arguments: Mapping[str, Any]) -> None:
    """
    Check the arguments of one operator; those that are not known when the Dag is parsed are skipped.

    :raises InvalidInput: An argument cannot be used.
    """
    for name, value in arguments.items():
        if is_known_when_parsed(value):
            read_argument(name, value)


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
