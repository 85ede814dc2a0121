"""Errors of a job that ended badly, or that the task no longer waits for."""

from airflow_provider_rekmedia.core.job_failure import JobFailure

from .tree import RekmediaError

__all__ = [
    "ActionsFailed",
    "AdapterExpired",
    "DriftFound",
    "JobEnded",
    "JobFailed",
    "JobStopped",
    "JobsMissing",
    "NoImageRead",
    "NothingAnalyzed",
    "StoppedWhileWaiting",
    "TooManyFailed",
    "WaitTimedOut",
]


class JobEnded(RekmediaError):
    """The job ended badly, or the task no longer waits for it."""


class JobFailed(JobEnded):
    """The job ended FAILED. Its failure code decides if a new job can succeed."""

    template = "Job {job_id} ended FAILED: {reason}. {advice}"

    def __init__(self, *, job_id: str, code: str, message: str) -> None:
        failure = JobFailure(code, message)
        self.retryable = failure.is_retryable
        # Messages of AWS may be empty, and some end with a full stop.
        reason = f"{code}: {message}".rstrip(":. ")
        super().__init__(job_id=job_id, code=code, message=message, reason=reason, advice=failure.advice)


class WaitTimedOut(JobEnded):
    """The deadline passed before the job ended. The job continues, and a retry attaches to it."""

    retryable = True
    template = (
        "Job {job_id} was {status} at the deadline, {deadline_at}. The job continues and will be billed: the "
        "service has no stop operation. A retry of this task attaches to it at no cost. If jobs take longer, "
        "raise timeout."
    )


class JobStopped(JobEnded):
    """Airflow stopped the task of a per-image job."""

    retryable = True
    template = (
        "Job {job_id} was stopped: {done} of {total} images have their outcome, and it is stored. No other "
        "image was sent. Retry or clear this task to continue with the rest."
    )


class StoppedWhileWaiting(JobEnded):
    """Airflow stopped the task while it waited for another attempt, which holds the lease of the job."""

    retryable = True
    template = (
        "The task was stopped while it waited for another attempt of the same task, which may still send "
        "images. This attempt sent none. Retry or clear this task to continue with the images that are left."
    )


class NoImageRead(JobEnded):
    """The service could read none of the images of a per-image job, so the cause may concern all of them."""

    retryable = True
    template = (
        "No image was analyzed: the service could read none of {images} images. The last error: {refusal} No "
        "image counts as failed, and none loses an attempt. If their bucket cannot be read, correct the "
        "permission or the region. A retry of this task sends the images again."
    )


class AdapterExpired(JobEnded):
    """The adapter expired, so the base model analyzed the images."""

    template = (
        "The adapter {project_version} has expired: Rekognition analyzed an image with the base model "
        "instead. Earlier results are kept. Train a new version of the adapter and set project_version to "
        "it, or remove project_version."
    )


class JobsMissing(JobEnded):
    """Some manifests of a run have no job that succeeded. The results of the other jobs are written."""

    template = (
        "Manifests without a job that succeeded: {missing} of {manifests}. Images in them, which are "
        "unaccounted for: {images}. The results of the other jobs are written. Clear the failed analysis "
        "tasks: this task then runs again and overwrites its own files."
    )


class NothingAnalyzed(JobEnded):
    """No image of a run was analyzed although there were some. All results are written."""

    template = (
        "None of {images} images was analyzed: all failed or are unaccounted for. First error: {error}. All "
        "results are written, and every image has the verdict of the policy's not_analyzed. Correct the "
        "cause, for example a permission or the region, and analyze the images again. To accept such runs, "
        'set max_failed="100%".'
    )


class TooManyFailed(JobEnded):
    """More images failed than ``max_failed`` allows. All results are written."""

    template = (
        "Images that failed or are unaccounted for: {failed} of {images}, and max_failed={limit}. All "
        "results are written, and the summary of the job names each failed image. A retry does not help: "
        "analyze the failed images again with failures_of, or raise max_failed."
    )


class DriftFound(JobEnded):
    """The verdicts of the run differ from those of earlier runs, and ``on_drift="fail"``."""

    template = (
        "{change} All results and the report are written: {report}. A retry does not help. If the change is "
        'expected, mark this task as success, or set on_drift="warn".'
    )


class ActionsFailed(JobEnded):
    """More actions on objects failed than ``max_failed`` allows. Every object was tried."""

    template = (
        "Actions on objects that failed: {failed}, and that S3 denied: {denied}, of {objects}; "
        "max_failed={limit}. Every object was tried. The action log has the reasons: {log}. Correct the "
        "cause, for example a permission, then clear this task: it tries only these objects again. To accept "
        "them, raise max_failed."
    )

    def __init__(self, *, denied: int, failed: int, objects: int, limit: str, log: str) -> None:
        # A retry repeats what failed. What S3 denied, it denies again.
        self.retryable = failed != 0
        super().__init__(denied=denied, failed=failed, objects=objects, limit=limit, log=log)
