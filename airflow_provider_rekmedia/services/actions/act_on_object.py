"""Runs the action on one object, and turns refusals of S3 into outcomes."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, assert_never

from airflow_provider_rekmedia.core.actions.verb import Outcome, Verb
from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    HostNotFound,
    NoCredentials,
    ServiceError,
    Throttled,
    Unavailable,
)
from airflow_provider_rekmedia.core.untrusted_text import show_text

from .copy_object import copy_object
from .object_tools import Ending, ObjectTools, PreparedAction
from .remove_object import delete_object, move_object
from .tag_object import tag_object
from .undo_object import undo_object

__all__ = ["Backoff", "act_on_object", "caught"]

_Value = TypeVar("_Value")


class Backoff:
    """
    How long to wait before a refused action is repeated.

    boto3's client repeats each call already. This repeats the whole action, which is safe, after the client
    has given up, and after 409, which means that another request changes the same object.

    :param sleep: For tests.
    """

    def __init__(self, sleep: Callable[[float], None] = time.sleep, *, tries: int = 5) -> None:
        self._sleep = sleep
        self.tries = tries

    def wait(self, number: int) -> None:
        """Wait before the next try: between a quarter of a second and six seconds."""
        self._sleep(0.5 * 2**number * random.uniform(0.5, 1.5))  # noqa: S311 no secret


def act_on_object(prepared: PreparedAction, tools: ObjectTools, backoff: Backoff) -> Ending:
    """
    Run one action.

    :raises NoCredentials: The connection has no credentials at the moment. A retry of the task continues.
    :raises HostNotFound: The endpoint does not exist.
    """

    def act(number: int) -> Ending:
        # A refused try may have changed the object.
        again = prepared if number == 0 else replace(prepared, earlier=prepared.earlier or prepared.intent)
        return _act(again, tools)

    return caught(act, backoff)


def caught(act: Callable[[int], _Value], backoff: Backoff) -> _Value | Ending:
    """
    Call a function, and turn a refusal of S3 into an ending.

    :param act: It gets the number of its try, from 0. It must be safe to repeat.
    """
    number = 0
    while True:
        try:
            return act(number)
        except (NoCredentials, HostNotFound):
            raise
        except ServiceError as refusal:
            number += 1
            if number >= backoff.tries or not isinstance(refusal, Throttled | Unavailable):
                outcome = Outcome.DENIED if isinstance(refusal, AccessDenied) else Outcome.FAILED
                return Ending(outcome, _reason(refusal))
            backoff.wait(number - 1)


def _act(prepared: PreparedAction, tools: ObjectTools) -> Ending:
    if prepared.action.undo is not None:
        return undo_object(prepared, tools)
    match prepared.action.verb:
        case Verb.TAG:
            return tag_object(prepared, tools)
        case Verb.COPY:
            return copy_object(prepared, tools)
        case Verb.MOVE:
            return move_object(prepared, tools)
        case Verb.DELETE:
            return delete_object(prepared, tools)
        case Verb.CALL:
            # The function gets the whole batch, see call_function. This checks one object before.
            return tools.held(prepared.action, prepared.intent.version_id) or Ending(Outcome.DONE)
        case other:
            assert_never(other)


def _reason(refusal: ServiceError) -> str:
    return show_text(f"{refusal.operation}: {refusal.code}: {refusal.message}".rstrip(": "))
