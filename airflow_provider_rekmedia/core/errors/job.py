"""Errors of a job that is over, or that the task no longer waits for."""

from airflow_provider_rekmedia.core.job_failure import JobFailure

from .tree import RekmediaError

__all__ = [
    "AdapterExpired",
    "JobEnded",
    "JobFailed",
    "JobStopped",
    "JobsMissing",
    "TooManyFailed",
    "WaitTimedOut",
]


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


class JobsMissing(JobEnded):
    """Some of a run's manifests have no job that succeeded; what the others found was written before."""

    template = (
        "{missing} of {manifests} manifests have no job that succeeded: their {images} images are "
        "unaccounted for. What the other jobs found is written. Clear the failed tasks that analyze; this "
        "one runs again after them, over its own files."
    )


class TooManyFailed(JobEnded):
    """More images failed than the user tolerates; everything was written before."""

    template = (
        "{failed} of {images} images failed or are unaccounted for, and max_failed={limit}. Everything that "
        "was analyzed is written; the job's summary names each failed image. A retry finds the same: "
        "analyze the failed images once more with failures_of, or raise max_failed."
    )
