"""Streams the files of one finished job, and yields the outcome of each line of its manifest."""

import logging
from collections.abc import Iterator

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import FilesMissing, InvalidJob, ObjectUnreadable
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.accounting import Account, AccountWithoutManifest, only_source_ref
from airflow_provider_rekmedia.core.results.image_result import BadLine, decode_results, is_manifest_line
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.results.summary import Summary, decode_summary
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.untrusted_text import show_text

__all__ = ["iter_outcomes", "iter_stored_results", "read_summary"]

_LOG = logging.getLogger(__name__)


def iter_outcomes(job: Job, objects: S3Objects) -> Iterator[Outcomes]:
    """
    Read a job that SUCCEEDED, lazily, in parts of about 256 KiB; each line of the manifest is yielded once.

    :raises FilesMissing: The service named no results or no summary.
    :raises MalformedSummary: The summary cannot be read.
    :raises ServiceError: S3 refused.
    """
    if not job.results_uri:
        raise FilesMissing(job_id=job.job_id, status=job.status)
    summary = read_summary(job, objects)
    account = _open_account(job, objects, summary.statistics.total_json_lines)
    number = 1
    bad_lines: list[BadLine] = []
    for block in objects.iter_blocks(parse_s3_uri(job.results_uri)):
        results, bad, number = decode_results(block, number)
        account.settle_results(results)
        bad_lines += map(only_source_ref, bad)
        yield Outcomes(results)
    # After all results: a later line may have a good result of the same image, which then is not failed.
    yield Outcomes(failures=[account.settle_bad_line(line) for line in bad_lines])
    yield Outcomes(failures=account.settle_errors(summary.errors))
    yield Outcomes(failures=list(account.iter_unaccounted()))
    if account.unexpected:
        _LOG.warning(
            "Job %s: %d results are of images that its manifest does not have, or not as often. "
            "Was %s replaced meanwhile?",
            job.job_id,
            account.unexpected,
            show_text(job.manifest_uri),
        )


def read_summary(job: Job, objects: S3Objects) -> Summary:
    """
    Read the summary of a job that SUCCEEDED.

    :raises FilesMissing: The service named no summary.
    :raises MalformedSummary: The summary cannot be read.
    :raises ServiceError: S3 refused.
    """
    if not job.summary_uri:
        raise FilesMissing(job_id=job.job_id, status=job.status)
    return decode_summary(objects.read(parse_s3_uri(job.summary_uri)), job.summary_uri)


def iter_stored_results(uri: S3Uri, objects: S3Objects) -> Iterator[Outcomes]:
    """
    Read only a results file, lazily, to apply another policy without a call of Rekognition.

    The file does not say which images of its manifest have no result.

    :raises InvalidJob: The file is a manifest, the input of a job.
    :raises ServiceError: S3 refused.
    """
    number = 1
    for block in objects.iter_blocks(uri):
        is_first = number == 1
        results, bad, number = decode_results(block, number)
        if is_first and bad and not results and is_manifest_line(bad[0].raw):
            problem = (
                "it is a manifest, the input of a job; RekognitionMediaAnalysisResultsOperator reads results"
            )
            raise InvalidJob(value=str(uri), problem=problem)
        account = AccountWithoutManifest(None)
        yield Outcomes(results, [account.settle_bad_line(line) for line in bad])


def _open_account(job: Job, objects: S3Objects, total_lines: int | None) -> Account | AccountWithoutManifest:
    """Read the lines of the manifest; if it is gone, use the count of the summary."""
    if not job.manifest_uri:
        return _bare_account(job, "the job names none", total_lines)
    try:
        lines = objects.iter_lines(parse_s3_uri(job.manifest_uri), job.manifest_version)
        account = Account(lines, total_lines)
    except ObjectUnreadable as error:
        return _bare_account(job, error, total_lines)
    if account.contradicts_summary:
        _LOG.warning(
            "Job %s: its summary counts %d lines; its manifest, whose lines are counted here, has another "
            "number. Was %s replaced meanwhile?",
            job.job_id,
            total_lines,
            show_text(job.manifest_uri),
        )
    return account


def _bare_account(job: Job, why: object, total_lines: int | None) -> AccountWithoutManifest:
    known = "only the summary counts them" if total_lines is not None else "nobody counts them"
    _LOG.warning(
        "Job %s: its manifest cannot be read (%s). Images that neither results nor summary mention have no "
        "names, and %s.",
        job.job_id,
        why,
        known,
    )
    return AccountWithoutManifest(total_lines)
