"""
Everything that can go wrong, on two axes: whose fault it is (class), and can a retry help (``retryable``).

::

    RekmediaError
    ├─ InvalidInput              the caller's fault, found before any paid call
    │  ├─ InvalidS3Uri · InvalidArgument · InvalidJob
    │  ├─ ManifestMissing · ManifestEmpty · ManifestTooLarge · WrongRegion
    │  ├─ BadImageList · BadInventory · NoImages · OverBudget         (source_errors.py)
    │  ├─ ExtraMissing · InvalidPolicy
    │  └─ RequestChanged         the same task of the same run asks for something else than before
    ├─ ServiceError              AWS refused a call (refusals.py): operation, code, message, request id
    │  ├─ Throttled *  Unavailable *  LimitReached *  NotReady *                     (* a retry helps)
    │  ├─ AccessDenied · NoCredentials · ServiceClosed
    │  ├─ RequestRefused · ManifestRefused · ObjectUnreadable · ImageRefused
    │  └─ NotFound · TokenReused · UnknownRefusal
    ├─ JobEnded                  the job is over, or we stopped waiting for it, and it is bad news
    │  ├─ JobFailed (* by failure code)
    │  ├─ WaitTimedOut * · JobStopped * · AdapterExpired
    │  └─ JobsMissing · TooManyFailed                                (source_errors.py)
    └─ UnexpectedAnswer          AWS or a file said something that we do not know
       ├─ UnknownStatus · MalformedAnswer · MalformedSummary · FilesMissing · UnknownEvent · UnreadableRecord
       └─ UnreadableLedger                                            (source_errors.py)

An image that could not be analyzed is a value (``results.BadLine``, ``summary.ImageError``), not an
exception.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from .failure import JobFailure

__all__ = [
    "AdapterExpired",
    "FilesMissing",
    "InvalidArgument",
    "InvalidInput",
    "InvalidJob",
    "InvalidS3Uri",
    "JobEnded",
    "JobFailed",
    "JobStopped",
    "MalformedAnswer",
    "MalformedSummary",
    "ManifestEmpty",
    "ManifestMissing",
    "ManifestTooLarge",
    "RekmediaError",
    "RequestChanged",
    "UnexpectedAnswer",
    "UnknownEvent",
    "UnknownStatus",
    "UnreadableRecord",
    "WaitTimedOut",
    "WrongRegion",
    "error_named",
]


#: What a class's constructor makes of the other fields, for its template.
_DERIVED = frozenset({"advice", "reason"})


class RekmediaError(Exception):
    """
    Root of the tree; raised only through its leaves.

    :param fields: What the class's ``template`` names. They are kept, so that an error can be pickled, or be
        encoded into a trigger's event and rebuilt on the other side.
    """

    template: ClassVar[str]
    #: Whether the same call, made again later, can succeed.
    retryable: bool = False

    def __init__(self, **fields: Any) -> None:
        self._fields = fields
        super().__init__(self.template.format(**fields))

    @property
    def fields(self) -> dict[str, Any]:
        """What the constructor takes to make this error again."""
        return {name: value for name, value in self._fields.items() if name not in _DERIVED}

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.fields)


def _rebuild(kind: type[RekmediaError], fields: Mapping[str, Any]) -> RekmediaError:
    return kind(**fields)


class InvalidInput(RekmediaError, ValueError):
    """What the caller gave cannot work; nothing was called."""


class InvalidS3Uri(InvalidInput):
    """Not an ``s3://bucket/key`` uri."""

    template = "{uri!r} is not usable as an S3 uri: {problem}. Write it as s3://bucket/key."


class InvalidArgument(InvalidInput):
    """An argument, after rendering, is outside what the service takes."""

    template = "{argument}={value!r} cannot be used: {problem}. Nothing was sent to AWS."


class InvalidJob(InvalidInput):
    """What was given as a job is none."""

    template = (
        "{value!r} is not a job: {problem}. Give what RekognitionStartMediaAnalysisJobOperator returned, or "
        "a job id."
    )


class ManifestMissing(InvalidInput):
    """The manifest does not exist, or cannot be seen."""

    template = (
        "There is no manifest at {uri}{version}. Nothing was submitted. Check that the task which writes it "
        "ran, and that this connection may read it (s3:GetObject, and s3:ListBucket to tell absent from "
        "forbidden)."
    )


class ManifestEmpty(InvalidInput):
    """The manifest has no byte in it."""

    template = "The manifest {uri} is empty. Nothing was submitted. A job needs at least one line."


class ManifestTooLarge(InvalidInput):
    """The manifest is larger than the service takes."""

    template = (
        "The manifest {uri} has {size_bytes} bytes; the service takes at most {limit_bytes}. Nothing was "
        "submitted. Split it: RekognitionCreateManifestOperator does."
    )


class WrongRegion(InvalidInput):
    """A bucket is not in the region of the call."""

    template = (
        "The bucket {bucket} is in {found}, and the call goes to {region}. Nothing was submitted. "
        "Rekognition "
        "reads and writes buckets of its own region only: set region_name, or use a bucket there."
    )


class RequestChanged(InvalidInput):
    """This task of this run has a job already, for another request."""

    template = (
        "This task submitted job {job_id} in this run, for another request (changed: {changed}). Nothing "
        "was submitted, "
        'because that could pay twice. Set existing_job="restart" to start a new job for the new request.'
    )


class JobEnded(RekmediaError):
    """The job is over, or we stopped waiting for it, and it is bad news."""


class JobFailed(JobEnded):
    """The job ended FAILED; the failure code decides whether a new job can help."""

    template = "Job {job_id} ended FAILED: {reason}. {advice}"

    def __init__(self, *, job_id: str, code: str, message: str) -> None:
        failure = JobFailure(code, message)
        self.retryable = failure.is_retryable
        # AWS's messages may be empty, and some end with a full stop.
        reason = f"{code}: {message}".rstrip(":. ")
        super().__init__(job_id=job_id, code=code, message=message, reason=reason, advice=failure.advice)


class WaitTimedOut(JobEnded):
    """The deadline passed first. The job goes on: a retry finds it again."""

    retryable = True
    template = (
        "Job {job_id} was {status} at the deadline, {deadline_at}. It goes on and will be billed: the "
        "service has no stop operation. A retry of this task attaches to it again and pays nothing; raise "
        "timeout if jobs take longer."
    )


class JobStopped(JobEnded):
    """The task was told to stop in the middle of a per-image job."""

    retryable = True
    template = (
        "Job {job_id} was stopped: {done} of {total} images have their outcome, and it is written down. No "
        "more were begun. Retry or clear this task, and it goes on from there."
    )


class AdapterExpired(JobEnded):
    """The base model answers for an adapter that has expired."""

    template = (
        "The adapter {project_version} did not answer; the base model did, as it does for an adapter that "
        "has expired. What was done before is kept. Train a new version of the adapter and name it in "
        "project_version, or leave project_version out."
    )


class UnexpectedAnswer(RekmediaError):
    """AWS, or a file, said something that we do not know."""


class UnknownStatus(UnexpectedAnswer):
    """A job status outside the documented five."""

    template = (
        "Job {job_id} has the status {status!r}, which this version does not know: upgrade the package."
    )


class MalformedAnswer(UnexpectedAnswer):
    """An answer of the service lacks what it must have."""

    template = (
        "{operation} answered without {missing}, which AWS documents as always there. Is the connection's "
        "endpoint_url that of another service?"
    )


class MalformedSummary(UnexpectedAnswer):
    """The manifest summary cannot be read."""

    template = (
        "The summary {uri} cannot be read: {problem}. Look at the file: the job itself is done and paid for, "
        "and a clear of this task only reads its files again."
    )


class FilesMissing(UnexpectedAnswer):
    """A job that has ended names no results or no summary."""

    template = (
        "Job {job_id} is {status} and names no results or no summary. Wait for it first, with "
        "RekognitionMediaAnalysisJobSensor or wait_for_completion=True; if it is SUCCEEDED, ask AWS."
    )


class UnknownEvent(UnexpectedAnswer):
    """A trigger's event that this version cannot read."""

    template = (
        "The trigger sent an event that this version cannot read: {problem}. Were the worker and the "
        "triggerer upgraded together?"
    )


class UnreadableRecord(UnexpectedAnswer):
    """The record of an earlier submission is there, and cannot be read."""

    template = (
        "The submission record {uri} cannot be read: {problem}. Nothing was submitted, because that could "
        "pay twice. Look at the record; delete it only when you know that no job was started for this task."
    )


def error_named(name: str) -> type[RekmediaError] | None:
    """
    Find a class of this tree by its name.

    :param name: For example ``"AccessDenied"``.
    :return: The class, or ``None`` when the tree has none of that name.
    """
    found = [RekmediaError]
    for kind in found:
        if kind.__name__ == name:
            return kind
        found += kind.__subclasses__()
    return None
