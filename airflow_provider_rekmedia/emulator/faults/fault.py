"""
Faults: failures that a test injects.

One fault in the format of ``POST /_rekmedia/faults``, which accepts one or a list::

    {"kind": "throttle", "operation": "GetMediaAnalysisJob", "times": 3, "after": 1}

If ``kind`` is a list, the fault goes through the kinds in turn and starts again at the end.
"""

from typing import Annotated, Any, Final, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from airflow_provider_rekmedia.emulator.protocol.request_validation import load_service_model

__all__ = ["KINDS", "S3", "Fault", "InvalidFault", "parse_faults"]

_Kind = Literal[
    "error",
    "throttle",
    "http_500",
    "connection_reset",
    "slow",
    "fail_job",
    "closed",
    "expired_credentials",
    "invalid_credentials",
]
_Operation = Literal[
    "*",
    "S3",
    "StartMediaAnalysisJob",
    "GetMediaAnalysisJob",
    "ListMediaAnalysisJobs",
    "DetectModerationLabels",
]
_Count = Annotated[int, Meta(ge=0)]

KINDS: Final[tuple[str, ...]] = get_args(_Kind)

#: Faults of this operation affect every S3 request to the server. Under mock_aws they have no effect.
S3: Final = "S3"


class InvalidFault(ValueError):
    """The description of a fault is not valid."""


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One injected failure.

    :param kind: one kind, or several that take turns.
    :param operation: one of the four operations, ``*`` for all four, or ``S3``.
    :param times: how many calls fail; ``None`` means every call until the next reset. The default is 1, but
        ``None`` for ``closed`` and for faults with a probability.
    :param after: calls that succeed first.
    :param probability: share of calls that fail, 0 to 1, drawn at random from ``seed``. The default is 1.
    :param code: error name, or the failure code of a job; ``throttle`` has its own.
    :param message: error message; ``None`` means AWS's own.
    :param status: HTTP status of the error; ``None`` means AWS's own.
    :param seconds: delay of a slow response.
    :param processed: if true, the request is executed and only its response is lost.
    :param job_id: the running job to fail; ``None`` means the next job that starts.
    """

    kind: _Kind | Annotated[tuple[_Kind, ...], Meta(min_length=1)]
    operation: _Operation = "*"
    times: _Count | UnsetType | None = UNSET
    after: _Count = 0
    probability: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    seed: int = 0
    code: str | None = None
    message: str | None = None
    status: _Count | None = None
    seconds: Annotated[float, Meta(ge=0)] = 1.0
    processed: bool = False
    job_id: str | None = None

    def __post_init__(self) -> None:
        if "error" in self.kinds and not self.code:
            msg = "a fault of kind 'error' needs a code"
            raise ValueError(msg)
        if len(self.kinds) > 1 and {"closed", "fail_job"} & set(self.kinds):
            msg = "'closed' and 'fail_job' cannot take turns with other kinds"
            raise ValueError(msg)
        codes = load_service_model().shape_for("MediaAnalysisJobFailureCode").metadata["enum"]
        if "fail_job" in self.kinds and self.code not in codes:
            msg = f"a fault of kind 'fail_job' needs one of these codes: {', '.join(codes)}"
            raise ValueError(msg)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds, in turn."""
        return (self.kind,) if isinstance(self.kind, str) else self.kind

    @property
    def max_times(self) -> int | None:
        """How many calls fail; ``None`` means no limit."""
        if self.times is not UNSET:
            return self.times
        return None if "closed" in self.kinds or self.probability is not UNSET else 1

    @property
    def share(self) -> float:
        """Share of calls that fail, 0 to 1."""
        return 1.0 if self.probability is UNSET else self.probability


def parse_faults(content: Any) -> tuple[Fault, ...]:
    """
    Validate the plain data of faults.

    :param content: one mapping, or a list of them.
    :raises InvalidFault: with the field and the reason.
    """
    entries = content if isinstance(content, list) else [content]
    return tuple(_parse_fault(entry) for entry in entries)


def _parse_fault(entry: Any) -> Fault:
    try:
        return msgspec.convert(entry, Fault)
    except msgspec.ValidationError as error:
        msg = (
            f"{entry!r} is not a valid fault: {error}. The fields are {', '.join(Fault.__struct_fields__)}; "
            f"the kinds are {', '.join(KINDS)}; the operations are {', '.join(get_args(_Operation))}"
        )
        raise InvalidFault(msg) from error
