"""Measures how good the policy and its reviewers are, and adds it to the report of the run."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, readable_key
from airflow_provider_rekmedia.core.learning.review_quality import measure_review_quality
from airflow_provider_rekmedia.core.learning.reviewed_image import reviewed_image
from airflow_provider_rekmedia.core.learning.reviewer_errors import NO_ERRORS, ReviewerErrors
from airflow_provider_rekmedia.core.report.report_file import Report, decode_report
from airflow_provider_rekmedia.core.report.review_quality import ReviewQuality
from airflow_provider_rekmedia.core.report.stored_run import StoredReport
from airflow_provider_rekmedia.core.review.decision_record import DecisionRecord, decode_records
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.policy import Rule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import verdict_folder

from .report_sections import add_report_sections

__all__ = ["QualityRequest", "measure_reviews"]

_LOG = logging.getLogger(__name__)

#: Reads at once; botocore's pool has ten connections.
_READERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRequest:
    """
    What to measure.

    :param reviews: The prefix of the reviews; the audit trail is under ``audit/`` in it.
    :param dag_id: The Dag that reviews.
    :param report: The report of the run, which gets the section.
    :param policy: The policy document, for the diff; ``None`` shows the suggested rules only.
    :param max_loss: The largest share of a rule's violations that a suggested threshold may lose.
    :param errors: Known errors of the reviewers.
    """

    reviews: S3Uri
    dag_id: str
    report: StoredReport
    policy: Mapping[str, Any] | None = None
    max_loss: float = 0.02
    errors: ReviewerErrors = NO_ERRORS


def measure_reviews(request: QualityRequest, objects: S3Objects) -> ReviewQuality | None:
    """
    Measure the last runs with the policy and the model of a report, and add the result to this report.

    :return: ``None`` if there is no report; then there is a warning.
    :raises ServiceError: S3 refused.
    :raises UnreadableReport: A report is damaged.
    :raises UnreadableReview: A file of the audit trail is damaged.
    """
    body = objects.read_or_none(request.report.json)
    if body is None:
        _LOG.warning("There is no report at %s, so review quality is not measured.", request.report.json)
        return None
    report = decode_report(body, str(request.report.json))
    reports = [*_comparable_reports(report, request.report.json, objects), report]
    records = _comparable_records(reports, request, objects)
    quality = measure_review_quality(
        map(reviewed_image, records),
        runs=len({record.run_id for record in records}),
        flagged=_flagged(reports),
        rules=tuple(Rule(rule.rule, rule.block, rule.review) for rule in report.rules),
        policy=request.policy,
        max_loss=request.max_loss,
        errors=request.errors,
    )
    add_report_sections(objects, request.report, review=quality)
    return quality


def _comparable_reports(report: Report, uri: S3Uri, objects: S3Objects) -> Iterator[Report]:
    """Read the earlier reports with the same policy and model; those that were deleted are left out."""
    run = report.provenance
    identity = TaskIdentity(run.dag_id, run.run_id, run.task_id, run.map_index)
    prefix = uri.key.removesuffix(f"{readable_key(identity)}/report.json")
    for earlier in report.earlier:
        if (earlier.policy_digest, earlier.model_versions) == run.comparable:
            key = f"{prefix}{readable_key(replace(identity, run_id=earlier.run_id))}/report.json"
            body = objects.read_or_none(S3Uri(uri.bucket, key))
            if body is not None:
                yield decode_report(body, f"s3://{uri.bucket}/{key}")


def _comparable_records(
    reports: list[Report], request: QualityRequest, objects: S3Objects
) -> list[DecisionRecord]:
    """Read the decisions since the first report about images with its policy and model, in order of time."""
    run = reports[-1].provenance
    since = min(report.provenance.created_at for report in reports)
    folder = verdict_folder(request.reviews.join("audit/"), request.dag_id, "")
    of_dag = S3Uri(folder.bucket, folder.key.removesuffix("/"))
    files = [
        file.uri
        for file in objects.iter_objects(of_dag)
        if file.modified_at is None or file.modified_at >= since
    ]
    with ThreadPoolExecutor(_READERS, thread_name_prefix="rekmedia-decisions") as readers:
        bodies = list(readers.map(objects.read, files))
    records = [
        record
        for uri, body in zip(files, bodies, strict=True)
        for record in decode_records(body, str(uri))
        if record.policy_digest == run.policy_digest
        and (record.model_version is None or record.model_version in run.model_versions)
    ]
    return sorted(records, key=lambda record: (record.at, record.record_id))


def _flagged(reports: list[Report]) -> Counter[tuple[str, Decision]]:
    flagged: Counter[tuple[str, Decision]] = Counter()
    for report in reports:
        for group in report.deciding_rules:
            if group.verdict is not Decision.ALLOW:
                flagged[group.rule, group.verdict] += group.images
    return flagged
