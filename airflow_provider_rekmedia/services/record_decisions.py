"""Records what one person decided about one review queue: once, and never again."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.review.answer import (
    Answer,
    AnswerProblem,
    ReviewDecision,
    letters_of,
    parse_answer,
)
from airflow_provider_rekmedia.core.review.queue import QueuePlace, ReviewQueue
from airflow_provider_rekmedia.core.review.queue_decisions import QueueDecisions
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix

from .review.hold_images import HeldImage, hold_images

__all__ = ["Answered", "RecordedQueue", "fetch_queue", "record_decisions"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """
    Who answered, and when.

    :param attempt: Try of the task, from 1.
    :param at: Aware, UTC.
    """

    identity: TaskIdentity
    attempt: int
    reviewer_id: str
    reviewer_name: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordedQueue:
    """
    A queue, and the decisions about it.

    :param decisions: ``None`` if nobody decided yet.
    """

    queue: ReviewQueue
    decisions: QueueDecisions | None

    @property
    def counts(self) -> dict[str, int]:
        """The number of images, of each decision, and of images without a decision; no names."""
        images = len(self.queue.items)
        counts = {str(decision): 0 for decision in ReviewDecision}
        if self.decisions is not None:
            counts = {str(decision): self.decisions.count(decision) for decision in ReviewDecision}
        undecided = images - sum(counts.values()) + counts.pop(str(ReviewDecision.SKIP))
        return {"images": images, **counts, "undecided": undecided}


def fetch_queue(place: QueuePlace, clients: AwsClients) -> RecordedQueue:
    """
    Fetch a queue, and the decisions about it if there are some.

    :raises InvalidArgument: There is no such queue.
    :raises UnreadableReview: A file is damaged.
    :raises ServiceError: S3 refused.
    """
    files = ReviewFiles(clients.objects, place.folder)
    return RecordedQueue(files.read_queue(place), files.read_decisions(place.checksum))


def record_decisions(
    place: QueuePlace, params_input: Any, who: Answered, clients: AwsClients
) -> RecordedQueue | AnswerProblem:
    """
    Record an answer, unless the queue has decisions: those count.

    Escalated images are held before the decisions are written. So an image is never recorded as escalated
    without being held.

    :param params_input: Untrusted, see :func:`parse_answer`.
    :raises InvalidArgument: There is no such queue.
    :raises UnreadableReview: A file is damaged.
    :raises ServiceError: S3 refused.
    """
    files = ReviewFiles(clients.objects, place.folder)
    stored = fetch_queue(place, clients)
    queue = stored.queue
    if stored.decisions is not None:
        _LOG.warning("Queue %d already has decisions. This answer is ignored", queue.number)
        return stored
    answer = parse_answer(params_input, place.checksum, len(queue.items))
    if isinstance(answer, AnswerProblem):
        return answer
    _hold_escalated(files, place, queue, answer, who)
    decisions = _decisions(place, queue, answer, who)
    if files.write_decisions(decisions):
        return RecordedQueue(queue, decisions)
    return fetch_queue(place, clients)


def _hold_escalated(
    files: ReviewFiles, place: QueuePlace, queue: ReviewQueue, answer: Answer, who: Answered
) -> None:
    escalated = [
        item
        for item, decision in zip(queue.items, answer.decisions, strict=True)
        if decision is ReviewDecision.ESCALATE
    ]
    if not escalated:
        return
    copies = files.read_duplicates(place.checksum)
    held = [HeldImage((item.uri, *copies.get(item.uri, ())), item.etag, item.preview) for item in escalated]
    holds = parse_s3_prefix(queue.holds)
    hold_images(files, holds, held, held_by=who.reviewer_id, held_at=who.at)


def _decisions(place: QueuePlace, queue: ReviewQueue, answer: Answer, who: Answered) -> QueueDecisions:
    return QueueDecisions(
        queue=place.checksum,
        number=queue.number,
        dag_id=who.identity.dag_id,
        run_id=who.identity.run_id,
        task_id=who.identity.task_id,
        map_index=who.identity.map_index,
        try_number=who.attempt,
        reviewer_id=who.reviewer_id,
        reviewer_name=who.reviewer_name,
        answered_at=who.at,
        decisions=letters_of(answer.decisions),
        seconds=answer.seconds,
        revealed=answer.revealed,
        labels={str(index): judged for index, judged in answer.labels.items()},
    )
