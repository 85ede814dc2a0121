"""What the page needs to know about the images of a queue. Escalated images are not in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from airflow_provider_rekmedia.core.review.answer import (
    Answer,
    AnswerProblem,
    LabelJudgement,
    ReviewDecision,
    letters_of,
    parse_answer,
)
from airflow_provider_rekmedia.core.review.queue import ReviewItem, Sample
from airflow_provider_rekmedia.core.review.selection import HeldImages
from airflow_provider_rekmedia.core.taxonomy import PARENT_OF
from airflow_provider_rekmedia.core.untrusted_text import show_text

from .question import Question
from .stored_review import StoredReview

__all__ = ["answer_of", "describe_queue", "is_escalated"]

#: A key has at most 1,024 bytes.
_MAX_NAME: Final = 1_200


def answer_of(question: Question, review: StoredReview) -> Answer | None:
    """Return the answer to a question; ``None`` if it is open, timed out, or has no usable answer."""
    if question.responded_at is None:
        return None
    answer = parse_answer(question.params_input, review.checksum, len(review.queue.items))
    return None if isinstance(answer, AnswerProblem) else answer


def is_escalated(answer: Answer | None, index: int) -> bool:
    """Whether the answer escalates an image. Its hold record is written a moment later."""
    return answer is not None and answer.decisions[index] is ReviewDecision.ESCALATE


def describe_queue(review: StoredReview, answer: Answer | None, *, recorded: bool = False) -> dict[str, Any]:
    """
    Describe the images of a queue, JSON-serializable.

    An image on hold has only the member ``held``: neither its name nor its labels.

    :param recorded: Whether the task has recorded the answer in S3.
    :raises RekmediaError: S3 does not say which images are on hold. Then no image may be shown.
    """
    names = {found.uri.key for found in review.objects.iter_objects(review.hold_prefix)}
    held = HeldImages(review.hold_prefix, names)
    described = [
        {"held": True}
        if held.has(item.bucket, item.key, item.etag) or is_escalated(answer, index)
        else _describe(item)
        for index, item in enumerate(review.queue.items)
    ]
    return {
        "items": described,
        "label_names": sorted(PARENT_OF),
        "decisions": None if answer is None else letters_of(answer.decisions),
        "recorded": recorded,
        "labels": {} if answer is None else _describe_labels(answer.labels, described),
    }


def _describe(item: ReviewItem) -> dict[str, Any]:
    return {
        "name": show_text(f"{item.bucket}/{item.key}", _MAX_NAME),
        "verdict": item.verdict.value,
        "rule": None if item.rule is None else show_text(item.rule),
        "labels": [
            {
                "name": show_text(label.name),
                "parent": None if label.parent is None else show_text(label.parent),
                "confidence": label.confidence,
            }
            for label in item.labels
        ],
        "confidence": item.confidence,
        "audit": item.sample is Sample.AUDIT,
        "preview": item.preview is not None,
    }


def _describe_labels(
    labels: Mapping[int, LabelJudgement], described: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        str(index): {"wrong": list(said.wrong), "missing": [show_text(name) for name in said.missing]}
        for index, said in labels.items()
        if "held" not in described[index]
    }
