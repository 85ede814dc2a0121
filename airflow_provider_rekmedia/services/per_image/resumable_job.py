"""Runs the per-image job of a task instance, and resumes it after an error or a crash."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from airflow_provider_rekmedia.adapters.per_image.job_files import PerImageJobFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.jobs.identity import per_image_job_id
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.jobs.submission_decision import (
    Attach,
    Start,
    SubmissionRequest,
    next_submission,
)
from airflow_provider_rekmedia.core.jobs.submission_record import SubmissionRecord

from .options import PerImageOptions
from .per_image_job import PerImageJob

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["run_or_resume"]


def run_or_resume(
    submission: SubmissionRequest,
    request: MediaAnalysisRequest,
    lines: Sequence[str | None],
    *,
    client: "RekognitionClient",
    objects: S3Objects,
    options: PerImageOptions,
) -> Job:
    """
    Run the job, resume it where an earlier try stopped, or return the finished job.

    :param lines: As :func:`read_manifest_lines` returns them.
    :param client: A client that does not retry.
    :raises RekmediaError: As :meth:`PerImageJob.run`; finished images are kept for the next try.
    :raises RequestChanged: The task instance has a job for another request.
    :raises UnreadableRecord: The record of an earlier try is damaged; nothing was called.
    """
    files = PerImageJobFiles(objects, request, submission.identity)
    before = files.record.read()
    decision = next_submission(submission, before, files.read_job(before.job_id if before else None))
    if isinstance(decision, Attach):
        return decision.job
    record = _intent(submission, decision, before)
    if record != before:
        files.record.write(record)
    job_id = record.token
    run = PerImageJob(
        job_id,
        request,
        client=client,
        objects=objects,
        folder=files.parts_folder(job_id),
        created_at=record.written_at,
    )
    try:
        job = run.run(lines, options)
    except RekmediaError:
        if not files.has_parts(job_id):
            files.record.restore(before)  # no image is finished, so the next try may change its request
        raise
    files.write_job(job)
    return job


def _intent(
    submission: SubmissionRequest, decision: Start, before: SubmissionRecord | None
) -> SubmissionRecord:
    if before and decision.may_exist:
        # This clear resumes the job: when the job is finished, a retry of the same clear does not restart it.
        return msgspec.structs.replace(before, clears=submission.clears)
    job_id = per_image_job_id(submission.identity, submission.fingerprint, decision.generation)
    return SubmissionRecord(
        fingerprint=submission.fingerprint,
        request=submission.request,
        clears=submission.clears,
        generation=decision.generation,
        token=job_id,
        written_at=datetime.now(UTC),
        replaces=before.job_id if before else None,
        job_id=job_id,
    )
