"""Runs a per-image job: analyzes the images of a manifest one by one in this process."""

import logging
from itertools import islice
from typing import Final

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.results.result_files import read_summary
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, fingerprint
from airflow_provider_rekmedia.core.jobs.job import Engine, Job
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest, encode_request
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob, SubmissionRequest
from airflow_provider_rekmedia.core.untrusted_text import show_text
from airflow_provider_rekmedia.core.verdicts.tolerance import Tolerance

from .jobs.request_checks import check_request, lines_content_id
from .per_image.manifest_lines import read_manifest_lines
from .per_image.options import PerImageOptions
from .per_image.resumable_job import run_or_resume

__all__ = ["report_failures", "run_per_image_job"]

_LOG = logging.getLogger(__name__)
_MAX_LOGGED_ERRORS: Final = 10


def run_per_image_job(
    request: MediaAnalysisRequest,
    identity: TaskIdentity,
    *,
    clears: int,
    clients: AwsClients,
    options: PerImageOptions,
    existing_job: ExistingJob = ExistingJob.REATTACH,
) -> Job:
    """
    Run a job with DetectModerationLabels, resume the job of an earlier try, or return its finished job.

    It is safe to call this again after any error and any crash. A kill costs at most
    ``options.max_concurrency`` images a second time.

    :param clears: As for :func:`submit_job`.
    :return: The job, SUCCEEDED. Its summary has an error for each image that failed.
    :raises AdapterExpired: The base model answered instead of an adapter, and *options* say to fail.
    :raises InvalidInput: The request, or its manifest, cannot be used.
    :raises JobStopped: ``options.is_stopped`` returned true; finished images are kept.
    :raises NoImageRead: The service could read none of the images.
    :raises RequestChanged: The task instance has a job for another request.
    :raises ServiceError: AWS refused what concerns every image; finished images are kept.
    :raises UnreadableRecord: The record or the journal of an earlier try is damaged.
    """
    options.validate()
    members = encode_request(request)
    clients.jobs.check(members)
    members |= {"Engine": Engine.PER_IMAGE.value}
    check_request(request, clients)
    lines = read_manifest_lines(clients.objects, request, clients.region)
    submission = SubmissionRequest(
        identity=identity,
        fingerprint=fingerprint(members, content=lines_content_id(lines), route=clients.route),
        request=members,
        clears=clears,
        existing_job=existing_job,
    )
    client = clients.unretried_client(options.max_concurrency)
    return run_or_resume(submission, request, lines, client=client, objects=clients.objects, options=options)


def report_failures(job: Job, objects: S3Objects, tolerance: Tolerance) -> None:
    """
    Log how many images of a finished job failed, and check that they are not too many.

    :raises ServiceError: S3 refused the summary.
    :raises TooManyFailed: More images failed than *tolerance* allows.
    """
    summary = read_summary(job, objects)
    images, failed = summary.statistics.total_json_lines or 0, len(summary.errors)
    _LOG.info("Job %s: %d of %d images analyzed", job.job_id, images - failed, images)
    for error in islice(summary.errors, _MAX_LOGGED_ERRORS):
        fields = map(show_text, (error.source_ref, error.code, error.message))
        _LOG.warning("Not analyzed: %s (%s: %s)", *fields)
    tolerance.check(not_analyzed=failed, images=images)
