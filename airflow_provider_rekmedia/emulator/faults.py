"""
What can go wrong, on demand.

One fault, as ``POST /_rekmedia/faults`` takes it (a list of them, or one)::

    {"kind": "throttle", "operation": "GetMediaAnalysisJob", "times": 3, "after": 1}

``kind`` may be a list: the fault then goes through it, one after the other, for ever. Its other fields, with
their defaults, are those of :class:`Fault`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from .settings import OPERATIONS
from .validation import load_service_model

__all__ = ["KINDS", "S3", "Fault", "InvalidFault", "parse_faults"]

KINDS: Final = ("error", "throttle", "http_500", "connection_reset", "slow", "fail_job", "closed")

#: Faults of this operation strike every S3 request of the server; not under mock_aws.
S3: Final = "S3"


class InvalidFault(ValueError):
    """Somebody asked for a fault that cannot be."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """
    One thing that goes wrong, for a while.

    :param kind: what happens, in turn, each time it strikes.
    :param operation: one of the four, ``*`` for all four, or ``S3``.
    :param times: how often it strikes; ``None`` is until the next reset.
    :param after: calls to let pass first.
    :param probability: 0 to 1, the share of calls it strikes, drawn from ``seed``.
    :param code: the name of the error, or a job's failure code; ``throttle`` has its own.
    :param message: its text; AWS's own when ``None``.
    :param status: the error's HTTP status; AWS's own when ``None``.
    :param seconds: for which a slow answer waits.
    :param processed: the request is carried out, and only its answer is lost.
    :param job_id: the job to fail, instead of one that starts later.
    """

    kind: tuple[str, ...]
    operation: str = "*"
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    code: str | None = None
    message: str | None = None
    status: int | None = None
    seconds: float = 1.0
    processed: bool = False
    job_id: str | None = None


def parse_faults(content: Any) -> tuple[Fault, ...]:
    """
    Read faults from plain data.

    :param content: one mapping, or a list of them.
    :raises InvalidFault: with a sentence that says what is wrong.
    """
    entries = content if isinstance(content, list) else [content]
    return tuple(_parse_fault(entry) for entry in entries)


def _parse_fault(entry: Any) -> Fault:
    if not isinstance(entry, Mapping):
        msg = f"a fault is an object, not {entry!r}"
        raise InvalidFault(msg)
    _check_fields(entry)
    kinds = entry["kind"] if isinstance(entry["kind"], list | tuple) else [entry["kind"]]
    # An account that is closed stays closed, and so does a share of all calls, unless somebody counts.
    lasts = "closed" in kinds or "probability" in entry
    fault = Fault(**{"times": None if lasts else 1} | dict(entry) | {"kind": tuple(kinds)})
    _check_words(fault)
    return fault


def _check_fields(entry: Mapping[str, Any]) -> None:
    hints = get_type_hints(Fault)
    if unknown := sorted(set(map(str, entry)) - set(hints)):
        msg = f"a fault has no field {unknown[0]!r}; it has {', '.join(hints)}"
        raise InvalidFault(msg)
    if "kind" not in entry:
        msg = "a fault has a kind"
        raise InvalidFault(msg)
    for name, value in entry.items():
        if name != "kind" and not _fits(value, hints[name]):
            msg = f"a fault's {name} cannot be {value!r}"
            raise InvalidFault(msg)


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is of a field's type; numbers are not negative, and an int is a float."""
    if isinstance(value, bool) or hint is bool:
        return isinstance(value, bool) and hint is bool
    if isinstance(value, int | float):
        return value >= 0 and isinstance(value, (int, float) if hint is float else hint)
    return isinstance(value, hint)


def _check_words(fault: Fault) -> None:
    for kind in fault.kind or ("",):
        if kind not in KINDS:
            msg = f"there is no kind of fault {kind!r}; there are {', '.join(KINDS)}"
            raise InvalidFault(msg)
    if fault.operation not in {"*", S3, *OPERATIONS}:
        msg = f"there is no operation {fault.operation!r}; there are *, {', '.join(OPERATIONS)} and {S3}"
        raise InvalidFault(msg)
    if "error" in fault.kind and not fault.code:
        msg = "a fault of kind 'error' has a code"
        raise InvalidFault(msg)
    if len(fault.kind) > 1 and {"closed", "fail_job"} & set(fault.kind):
        msg = "'closed' and 'fail_job' are no kinds to take turns with others"
        raise InvalidFault(msg)
    if fault.probability > 1:
        msg = f"a fault's probability cannot be {fault.probability!r}: it is at most 1"
        raise InvalidFault(msg)
    codes = load_service_model().shape_for("MediaAnalysisJobFailureCode").metadata["enum"]
    if "fail_job" in fault.kind and fault.code not in codes:
        msg = f"a fault of kind 'fail_job' has a code out of {', '.join(codes)}"
        raise InvalidFault(msg)
