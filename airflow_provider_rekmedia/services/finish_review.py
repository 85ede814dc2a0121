"""Finishes a review: joins the decisions of people with the verdicts of the policy."""

import logging
from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.adapters.review.reviews_table import require_parquet
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.learning.reviewer_errors import NO_ERRORS, ReviewerErrors
from airflow_provider_rekmedia.core.report.review_quality import ReviewQuality
from airflow_provider_rekmedia.core.report.stored_run import StoredReport
from airflow_provider_rekmedia.core.review.final_decisions import FinalDecisions
from airflow_provider_rekmedia.core.review.review_plan import ReviewPlan
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictFileSet, verdict_folder

from .review.carry_images import finish_earlier_images
from .review.decision_files import audit_folder, write_audit_trail, write_disagreements, write_reviews
from .review.final_verdicts import FinalVerdicts, write_verdicts
from .review.read_decisions import PlannedImages, import_decisions, read_queues
from .review_quality import QualityRequest, measure_reviews

__all__ = ["FinishRequest", "FinishedReview", "finish_review"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRequest:
    """
    What a task asks for.

    :param plan: Uri of the plan.
    :param decisions_file: Decisions of another tool; ``None`` reads only those made in Airflow.
    :param salt: Of the pseudonyms of reviewers; ``None`` is the prefix of the reviews.
    :param tables: Prefix of Parquet tables; ``None`` writes no Parquet.
    :param report: The report that gets the section "Review quality"; ``None`` measures nothing.
    :param max_loss: The largest share of a rule's violations that a suggested threshold may lose.
    :param errors: Known errors of the reviewers.
    """

    plan: S3Uri
    decisions_file: S3Uri | None
    salt: str | None
    tables: S3Uri | None = None
    report: StoredReport | None = None
    max_loss: float = 0.02
    errors: ReviewerErrors = NO_ERRORS


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

    :raises ExtraMissing: pyarrow is not installed, and *request* has *tables*.
    :raises InvalidArgument: There is no such plan.
    :raises BadDecisions: The file of decisions has a line that cannot be used.
    :raises UnreadableReview: A file of the review is damaged.
    :raises UnreadableVerdicts: A verdict file is damaged.
    :raises ServiceError: S3 refused.
    """
    if request.tables is not None:
        require_parquet()
    plan = _read_plan(request.plan, clients)
    files = ReviewFiles(
        clients.objects, verdict_folder(parse_s3_prefix(plan.prefix), plan.dag_id, plan.run_id)
    )
    salt = plan.prefix if request.salt is None else request.salt
    images = read_queues(plan, files)
    if request.decisions_file is not None:
        images.sources.append(import_decisions(request.decisions_file, plan, images, files))
    held = files.read_held(parse_s3_prefix(plan.holds))
    decisions = FinalDecisions(held.has)
    for source in images.sources:
        decisions.add(source.records)
    write_audit_trail(images.sources, decisions, plan, files)
    written = write_verdicts(plan, images, decisions, files, held, salt=salt)
    reviews = write_reviews(decisions, plan, files, salt=salt, tables=request.tables)
    disagreements = write_disagreements(decisions, files, salt)
    finish_earlier_images(plan, files)
    counts = _counts(plan, images, written) | {
        "disagreements": len(disagreements),
        "double_by_same_person": decisions.count_doubles_by_same_person(),
    }
    _log(counts, plan)
    return FinishedReview(
        summary={
            "counts": counts,
            "verdicts": written.verdicts.as_dict(),
            "reviews": str(reviews.lines),
            "reviews_table": None if reviews.parquet is None else str(reviews.parquet),
            "audit_trail": str(audit_folder(plan)),
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
        QualityRequest(
            reviews=reviews,
            dag_id=plan.dag_id,
            report=request.report,
            max_loss=request.max_loss,
            errors=request.errors,
        ),
        clients.objects,
    )


def _read_plan(uri: S3Uri, clients: AwsClients) -> ReviewPlan:
    plan = ReviewFiles(clients.objects, S3Uri(uri.bucket, "")).read_plan(uri)
    if plan is None:
        problem = "there is no plan; pass the XCom plan of the task that plans the review"
        raise InvalidArgument(argument="plan", value=str(uri), problem=problem)
    return plan


def _counts(plan: ReviewPlan, images: PlannedImages, written: FinalVerdicts) -> dict[str, int]:
    names = ("allow", "block", "escalate", "undecided", "held")
    queues = {planned.checksum for planned in plan.queues}
    return {
        **{name: written.counts[name] for name in names},
        "queues": len(plan.queues),
        "queues_answered": sum(source.checksum in queues for source in images.sources),
        "decisions": sum(len(source.records) for source in images.sources),
    }


def _log(counts: dict[str, int], plan: ReviewPlan) -> None:
    _LOG.info("Review of run %s: %s", plan.run_id, counts)
    if counts["undecided"]:
        _LOG.warning(
            "%d images are undecided. They keep the verdict of the policy. The next run puts them in a queue "
            "again, unless a later run did so already",
            counts["undecided"],
        )
    if counts["double_by_same_person"]:
        _LOG.warning(
            "%d images for double review have all decisions from one person, so there is no second opinion. "
            "They do not count for agreement and kappa",
            counts["double_by_same_person"],
        )
