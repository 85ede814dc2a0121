"""Finishes a review: joins the decisions of people with the verdicts of the policy."""

import gzip
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.report.review_quality import ReviewQuality
from airflow_provider_rekmedia.core.report.stored_run import StoredReport
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.decision_record import (
    DecisionRecord,
    encode_records,
    with_pseudonym,
)
from airflow_provider_rekmedia.core.review.final_decisions import Disagreement, FinalDecisions
from airflow_provider_rekmedia.core.review.review_plan import ReviewPlan
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix, parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictFileSet, verdict_folder

from .review.final_verdicts import FinalVerdicts, write_verdicts
from .review.read_decisions import DecisionSource, PlannedImages, import_decisions, read_queues
from .review_quality import QualityRequest, measure_reviews

__all__ = ["FinishRequest", "FinishedReview", "finish_review"]

_LOG = logging.getLogger(__name__)
_JSONL = "application/jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRequest:
    """
    What a task asks for.

    :param plan: Uri of the plan.
    :param decisions_file: Decisions of another tool; ``None`` reads only those made in Airflow.
    :param salt: Of the pseudonyms of reviewers; ``None`` is the prefix of the reviews.
    :param report: The report that gets the section "Review quality"; ``None`` measures nothing.
    """

    plan: S3Uri
    decisions_file: S3Uri | None
    salt: str | None
    report: StoredReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedReview:
    """
    What was written.

    :param summary: The return value of the task, a JSON-serializable dict.
    :param quality: How good the policy and its reviewers are; ``None`` without a report.
    """

    summary: dict[str, Any]
    verdicts: VerdictFileSet
    quality: ReviewQuality | None = None


def finish_review(request: FinishRequest, clients: AwsClients) -> FinishedReview:
    """
    Join decisions and verdicts, and write the result. Repeating it writes the same files again.

    The audit trail is written first, and the files that are no longer needed are deleted last. So a kill
    loses nothing, and each decision counts once.

    :raises InvalidArgument: There is no such plan.
    :raises BadDecisions: The file of decisions has a line that cannot be used.
    :raises UnreadableReview: A file of the review is damaged.
    :raises UnreadableVerdicts: A verdict file is damaged.
    :raises ServiceError: S3 refused.
    """
    plan = _read_plan(request.plan, clients)
    files = ReviewFiles(
        clients.objects, verdict_folder(parse_s3_prefix(plan.prefix), plan.dag_id, plan.run_id)
    )
    salt = plan.prefix if request.salt is None else request.salt
    images = read_queues(plan, files)
    if request.decisions_file is not None:
        images.sources.append(import_decisions(request.decisions_file, plan, images, files))
    decisions = FinalDecisions()
    for source in images.sources:
        decisions.add(source.records)
    _write_audit_trail(images.sources, decisions, plan, files)
    written = write_verdicts(plan, images, decisions, files, salt=salt)
    reviews = _write_table(decisions, plan, files, salt)
    disagreements = _write_disagreements(decisions, files, salt)
    for uri in plan.consumed_uris:
        files.objects.delete(parse_s3_uri(uri))
    counts = _counts(plan, images, written, len(disagreements))
    _log(counts, plan)
    return FinishedReview(
        summary={
            "counts": counts,
            "verdicts": written.verdicts.as_dict(),
            "reviews": str(reviews),
            "audit_trail": str(_folder("audit/", plan)),
            "statements": written.statements,
            "disagreements": str(files.folder.join("disagreements.jsonl")) if disagreements else None,
            "undecided": len(written.undecided),
        },
        verdicts=written.verdicts,
        quality=_measure(request, plan, clients),
    )


def _measure(request: FinishRequest, plan: ReviewPlan, clients: AwsClients) -> ReviewQuality | None:
    if request.report is None:
        return None
    reviews = parse_s3_prefix(plan.prefix)
    return measure_reviews(
        QualityRequest(reviews=reviews, dag_id=plan.dag_id, report=request.report), clients.objects
    )


def _read_plan(uri: S3Uri, clients: AwsClients) -> ReviewPlan:
    plan = ReviewFiles(clients.objects, S3Uri(uri.bucket, "")).read_plan(uri)
    if plan is None:
        problem = "there is no plan; pass the XCom plan of the task that plans the review"
        raise InvalidArgument(argument="plan", value=str(uri), problem=problem)
    return plan


def _folder(name: str, plan: ReviewPlan) -> S3Uri:
    return verdict_folder(parse_s3_prefix(plan.prefix).join(name), plan.dag_id, plan.run_id)


def _write_audit_trail(
    sources: Iterable[DecisionSource], decisions: FinalDecisions, plan: ReviewPlan, files: ReviewFiles
) -> None:
    """Write one file for each queue and import; what exists is never changed. Escalations are apart."""
    for source in sources:
        escalated: list[DecisionRecord] = []
        others: list[DecisionRecord] = []
        for record in source.records:
            is_escalated = decisions.of(record) is ReviewDecision.ESCALATE
            (escalated if is_escalated else others).append(record)
        for name, records in (("audit/", others), ("escalations/", escalated)):
            if records:
                uri = _folder(name, plan).join(f"{source.checksum}.jsonl")
                files.objects.put_if_absent(uri, encode_records(records), _JSONL)


def _write_table(decisions: FinalDecisions, plan: ReviewPlan, files: ReviewFiles, salt: str) -> S3Uri:
    uri = _folder("reviews/", plan).join("reviews.jsonl.gz")
    lines = encode_records(with_pseudonym(record, salt) for record in decisions.iter_shown())
    files.objects.put(uri, gzip.compress(lines, mtime=0), "application/gzip")
    return uri


def _write_disagreements(decisions: FinalDecisions, files: ReviewFiles, salt: str) -> list[Disagreement]:
    found = list(decisions.iter_disagreements(salt))
    body = b"".join([msgspec.json.encode(disagreement) + b"\n" for disagreement in found])
    files.objects.put(files.folder.join("disagreements.jsonl"), body, _JSONL)
    return found


def _counts(
    plan: ReviewPlan, images: PlannedImages, written: FinalVerdicts, disagreements: int
) -> dict[str, int]:
    names = ("allow", "block", "escalate", "undecided", "held")
    queues = {planned.checksum for planned in plan.queues}
    return {
        **{name: written.counts[name] for name in names},
        "disagreements": disagreements,
        "queues": len(plan.queues),
        "queues_answered": sum(source.checksum in queues for source in images.sources),
        "decisions": sum(len(source.records) for source in images.sources),
    }


def _log(counts: dict[str, int], plan: ReviewPlan) -> None:
    _LOG.info("Review of run %s: %s", plan.run_id, counts)
    if counts["undecided"]:
        _LOG.warning(
            "%d images are undecided. They keep the verdict of the policy, and the next run puts them in a "
            "queue again",
            counts["undecided"],
        )
