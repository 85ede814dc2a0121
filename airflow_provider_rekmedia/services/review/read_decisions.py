"""Reads all decisions about a plan: of its queues, and of a file that another tool wrote."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.errors import BadDecisions
from airflow_provider_rekmedia.core.errors.service import naming_argument
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.decision_import import ImportedDecision, parse_decisions
from airflow_provider_rekmedia.core.review.decision_record import (
    DecisionRecord,
    image_fields,
    iter_records,
    record_id,
)
from airflow_provider_rekmedia.core.review.queue import ReviewItem, ReviewQueue, parse_queue_uri
from airflow_provider_rekmedia.core.review.queue_decisions import ReviewerSource, decisions_uri
from airflow_provider_rekmedia.core.review.review_plan import ReviewPlan
from airflow_provider_rekmedia.core.review.split_queues import review_item
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

__all__ = ["DecisionSource", "PlannedImages", "import_decisions", "read_queues"]


@dataclass(frozen=True, slots=True)
class DecisionSource:
    """
    The records of one queue, or of one imported file.

    :param checksum: SHA-256 of the queue or of the file.
    """

    checksum: str
    records: tuple[DecisionRecord, ...]


@dataclass(slots=True)
class PlannedImages:
    """The images of all queues, by uri, and the decisions about them."""

    items: dict[str, tuple[ReviewItem, ReviewQueue]] = field(default_factory=dict)
    sources: list[DecisionSource] = field(default_factory=list)


def read_queues(plan: ReviewPlan, files: ReviewFiles) -> PlannedImages:
    """
    Read the queues of a plan, and the decisions about them. A queue may have none.

    :raises UnreadableReview: A file is damaged.
    :raises ServiceError: S3 refused.
    """
    images = PlannedImages()
    for planned in plan.queues:
        queue = files.read_queue(parse_queue_uri(planned.uri))
        for item in queue.items:
            images.items.setdefault(item.uri, (item, queue))
        decided = files.read_decisions(planned.checksum)
        if decided is not None:
            uri = str(decisions_uri(files.folder, planned.checksum))
            images.sources.append(DecisionSource(planned.checksum, tuple(iter_records(queue, decided, uri))))
    return images


def import_decisions(
    uri: S3Uri, plan: ReviewPlan, images: PlannedImages, files: ReviewFiles
) -> DecisionSource:
    """
    Read decisions that were made outside of Airflow.

    :raises BadDecisions: A line cannot be used, or its image is in no verdict file and no queue of the plan.
    :raises ServiceError: S3 refused; there is no such file.
    """
    with naming_argument("decisions_file"):
        body = files.objects.read(uri)
    decisions = parse_decisions(body, str(uri))
    stored = files.objects.find_image(uri)
    at = stored.modified_at if stored and stored.modified_at else plan.created_at
    checksum = sha256(body).hexdigest()
    known = dict(images.items) | _from_verdict_files(decisions, plan, images, files)
    records = []
    for decision in decisions:
        if decision.uri not in known:
            # The error is in the log of the task, which must not name an escalated image.
            name = "" if decision.decision is ReviewDecision.ESCALATE else f" {decision.uri}"
            problem = f"the image{name} is in no verdict file and in no queue of this review"
            raise BadDecisions(uri=str(uri), line=decision.line, problem=problem)
        records.append(_record(decision, known[decision.uri], plan, checksum, at))
    return DecisionSource(checksum, tuple(records))


def _from_verdict_files(
    decisions: Iterable[ImportedDecision], plan: ReviewPlan, images: PlannedImages, files: ReviewFiles
) -> dict[str, tuple[ReviewItem, ReviewQueue]]:
    """Return the images of verdict files that no queue has, but the file of decisions does."""
    wanted = {decision.uri for decision in decisions} - images.items.keys()
    found = {}
    for row in _iter_rows(plan, files) if wanted else ():
        if row.uri in wanted:
            queue = ReviewQueue(
                number=0,
                dag_id=row.dag_id,
                run_id=row.run_id,
                policy=row.policy,
                policy_digest=row.policy_digest,
                created_at=plan.created_at,
                holds=plan.holds,
                items=(),
            )
            found[row.uri] = (review_item(row, row.policy_digest), queue)
    return found


def _iter_rows(plan: ReviewPlan, files: ReviewFiles) -> Iterator[VerdictRow]:
    uris: Sequence[str] = (*plan.earlier_uris, *plan.verdict_uris)
    return iter_verdict_rows(uris, files.objects)


def _record(
    decision: ImportedDecision,
    image: tuple[ReviewItem, ReviewQueue],
    plan: ReviewPlan,
    checksum: str,
    at: datetime,
) -> DecisionRecord:
    item, queue = image
    return DecisionRecord(
        # An export of Label Studio may have several decisions per line.
        record_id=record_id(f"{checksum}\n{decision.reviewer}", decision.line),
        at=decision.at or at,
        night=plan.created_at.date(),
        reviewer=decision.reviewer,
        reviewer_source=ReviewerSource.IMPORT,
        dag_id=plan.dag_id,
        run_id=plan.run_id,
        position=decision.line,
        policy=queue.policy,
        policy_digest=item.policy_digest or queue.policy_digest,
        decision=decision.decision,
        labels_wrong=decision.labels_wrong,
        labels_missing=decision.labels_missing,
        **image_fields(item),
    )
