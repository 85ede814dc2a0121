"""Calls the user's functions with the objects of a batch."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_provider_rekmedia.core.actions.action_record import PlannedAction
from airflow_provider_rekmedia.core.actions.verb import Outcome
from airflow_provider_rekmedia.core.untrusted_text import show_text
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .object_tools import Ending

__all__ = ["UserFunction", "call_functions"]

_LOG = logging.getLogger(__name__)

#: It gets dicts, and returns ``None``, or the uris of the objects that it could not handle.
UserFunction = Callable[[list[dict[str, Any]]], Any]


def call_functions(
    actions: Sequence[PlannedAction], functions: Mapping[Decision, UserFunction]
) -> dict[int, Ending]:
    """
    Call each function once, with all objects of its verdict.

    :return: How each action ended, by number. If a function raises, all of its objects failed.
    """
    endings: dict[int, Ending] = {}
    for verdict, function in functions.items():
        chosen = [action for action in actions if action.verdict is verdict]
        if chosen:
            endings |= _call(function, chosen)
    return endings


def _call(function: UserFunction, actions: Sequence[PlannedAction]) -> dict[int, Ending]:
    try:
        unhandled = set(function([action.as_dict() for action in actions]) or ())
    except Exception as error:  # noqa: BLE001 the code is the user's
        _LOG.exception("The function failed for %d objects", len(actions))
        failed = Ending(Outcome.FAILED, show_text(f"{type(error).__name__}: {error}"))
        return {action.number: failed for action in actions}
    done, failed = Ending(Outcome.DONE), Ending(Outcome.FAILED, "the function did not handle it")
    return {action.number: failed if action.uri in unhandled else done for action in actions}
