"""
Decision records: one for each image that a person decided about.

The audit trail has them with the id of the reviewer. Tables and exports have a pseudonym instead.
"""

import hmac
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder, encode_lines
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel

from .answer import LabelJudgement, ReviewDecision
from .queue import ReviewItem, ReviewQueue, Sample, Stratum
from .queue_decisions import QueueDecisions, ReviewerSource

__all__ = [
    "DecisionRecord",
    "decode_records",
    "encode_records",
    "image_fields",
    "iter_records",
    "pseudonym",
    "record_id",
    "with_pseudonym",
]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]
_NO_LABELS: Final = LabelJudgement()
_DIGITS: Final = 32


class DecisionRecord(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """
    One decision about one image. It is never changed; a correction is another record.

    :param record_id: The same decision has the same id, however often it is read.
    :param at: When the person answered; of an import, when it was read if the file has no time.
    :param night: The day on which the images were planned, UTC.
    :param reviewer: Id of the person in the audit trail; a pseudonym in tables and exports.
    :param position: 0-based position in the queue; of an import, in the file.
    :param verdict_before: The verdict of the policy.
    :param labels_wrong: Names of labels that the person called wrong.
    :param labels_missing: Names of labels that the person added.
    :param queue_seconds: Time that the person spent on the whole queue; ``None`` if it is not known.
        *queue_revealed* is the number of pictures that were revealed, *queue_items* the number of images.
    """

    version: Literal[1] = 1
    record_id: str
    at: _AwareUtc
    night: date
    reviewer: str
    reviewer_source: ReviewerSource
    dag_id: str
    run_id: str
    task_id: str | None = None
    map_index: int | None = None
    try_number: int | None = None
    queue: str | None = None
    position: int
    uri: str
    bucket: str
    key: str
    etag: str | None
    last_modified: _AwareUtc | None = None
    job_id: str | None = None
    model_version: str | None = None
    policy: str | None
    policy_digest: str
    rule: str | None
    confidence: float | None
    labels: tuple[VerdictLabel, ...] = ()
    verdict_before: Decision
    decision: ReviewDecision
    labels_wrong: tuple[str, ...] = ()
    labels_missing: tuple[str, ...] = ()
    sample: Sample
    stratum: Stratum | None = None
    inclusion_probability: float = 1.0
    queue_seconds: int | None = None
    queue_revealed: int | None = None
    queue_items: int | None = None


_DECODER: Final = JsonFileDecoder(DecisionRecord, UnreadableReview)


def iter_records(queue: ReviewQueue, decided: QueueDecisions, uri: str) -> Iterator[DecisionRecord]:
    """
    Return one record for each image of a queue, in its order, lazily; skipped images too.

    :param uri: Where the decisions are, for the error.
    :raises UnreadableReview: The decisions do not fit the queue.
    """
    answer = decided.answer(len(queue.items), uri)
    for position, (item, decision) in enumerate(zip(queue.items, answer.decisions, strict=True)):
        judged = answer.labels.get(position, _NO_LABELS)
        yield DecisionRecord(
            record_id=record_id(decided.queue, position),
            at=decided.answered_at,
            night=queue.created_at.date(),
            reviewer=decided.reviewer_id,
            reviewer_source=ReviewerSource.HITL,
            dag_id=decided.dag_id,
            run_id=decided.run_id,
            task_id=decided.task_id,
            map_index=decided.map_index,
            try_number=decided.try_number,
            queue=decided.queue,
            position=position,
            policy=queue.policy,
            policy_digest=item.policy_digest or queue.policy_digest,
            decision=decision,
            labels_wrong=tuple(
                [item.labels[index].name for index in judged.wrong if index < len(item.labels)]
            ),
            labels_missing=judged.missing,
            queue_seconds=answer.seconds,
            queue_revealed=answer.revealed,
            queue_items=len(queue.items),
            **image_fields(item),
        )


def image_fields(item: ReviewItem) -> dict[str, Any]:
    """Return the fields of a record that describe the image and the verdict of the policy."""
    return {
        "uri": item.uri,
        "bucket": item.bucket,
        "key": item.key,
        "etag": item.etag,
        "last_modified": item.last_modified,
        "job_id": item.job_id,
        "model_version": item.model_version,
        "rule": item.rule,
        "confidence": item.confidence,
        "labels": item.labels,
        "verdict_before": item.verdict,
        "sample": item.sample,
        "stratum": item.stratum,
        "inclusion_probability": item.inclusion_probability,
    }


def record_id(source: str, position: int) -> str:
    """
    Return the id of the decision about an image.

    :param source: The checksum of the queue, or of the imported file.
    """
    return sha256(f"{source}\n{position}".encode()).hexdigest()[:_DIGITS]


def encode_records(records: Iterable[DecisionRecord]) -> bytes:
    """Encode records: JSON Lines, UTF-8."""
    return encode_lines(records)


def decode_records(body: bytes, uri: str) -> list[DecisionRecord]:
    """
    Decode records. Fields of a later release are ignored.

    :param uri: Where the file is, for the error.
    :raises UnreadableReview: The file is damaged, or its version is unknown.
    """
    return _DECODER.decode_lines(body, uri)


def pseudonym(reviewer: str, salt: str) -> str:
    """
    Return a name for a person that does not show who it is: 16 hexadecimal digits of a keyed digest.

    A person who knows the salt and the ids of all users can compute the pseudonyms, so keep the salt secret.
    The same person has the same pseudonym as long as the salt stays the same.
    """
    return hmac.new(salt.encode(), reviewer.encode(), sha256).hexdigest()[:16]


def with_pseudonym(record: DecisionRecord, salt: str) -> DecisionRecord:
    """Return a record for tables and exports."""
    return msgspec.structs.replace(record, reviewer=pseudonym(record.reviewer, salt))
