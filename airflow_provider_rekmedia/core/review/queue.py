"""
A review queue: the images that one person decides about.

A queue is one immutable JSON file. The SHA-256 of its bytes is part of its name and of every answer, so an
answer always refers to the images that the person saw.
"""

import re
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final, Literal, NamedTuple

import msgspec

from airflow_provider_rekmedia.core.errors import InvalidArgument, UnreadableReview
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel

__all__ = [
    "QueuePlace",
    "ReviewItem",
    "ReviewQueue",
    "Sample",
    "Stratum",
    "check_prefix",
    "decode_queue",
    "encode_queue",
    "parse_queue_uri",
    "queue_checksum",
    "queue_uri",
]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]
_FILE: Final = re.compile(r"(.*/|)queues/\d+-([0-9a-f]{64})\.json", re.DOTALL)


class Sample(StrEnum):
    """Why an image is in a queue."""

    #: The policy did not allow it.
    QUEUE = "queue"
    #: The policy allowed it. It is in a random sample that measures what the policy misses.
    AUDIT = "audit"
    #: Another queue has the same image, so that two people decide about it.
    DOUBLE = "double"


class Stratum(StrEnum):
    """The two parts of the allowed images, which are sampled separately."""

    #: The image has a label, but no rule decided review or block.
    NEAR = "near"
    #: The image has no label.
    CLEAN = "clean"


class ReviewItem(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """
    One image of a queue.

    :param etag: ETag without quotes, at the listing; ``None`` if the source had none.
    :param verdict: The verdict of the policy.
    :param rule: The rule of the policy that decided; ``None`` for an image without labels.
    :param labels: All labels, in the order of the service.
    :param confidence: Percent, of the label that caused the verdict; ``None`` without one.
    :param stratum: Of an audit image; otherwise ``None``.
    :param inclusion_probability: The probability that this image is in the sample, above 0, at most 1.
    :param preview: Uri of the small blurred picture; ``None`` if there is none.
    :param policy_digest: Of an image of an earlier run; ``None`` if it is that of the queue.
    """

    uri: str
    bucket: str
    key: str
    etag: str | None = None
    size_bytes: int | None = None
    last_modified: _AwareUtc | None = None
    verdict: Decision
    rule: str | None = None
    labels: tuple[VerdictLabel, ...] = ()
    confidence: float | None = None
    sample: Sample = Sample.QUEUE
    stratum: Stratum | None = None
    inclusion_probability: float = 1.0
    preview: str | None = None
    job_id: str | None = None
    model_version: str | None = None
    policy_digest: str | None = None


class ReviewQueue(msgspec.Struct, frozen=True, kw_only=True):
    """
    The images that one person decides about, in the order of the page.

    :param number: 0-based number of the queue in its run.
    :param policy: The name of the policy; ``None`` if it has none.
    :param created_at: When the images were planned, aware, UTC.
    :param holds: Prefix of the hold records, ``s3://bucket/prefix/``.
    """

    version: Literal[1] = 1
    number: int
    dag_id: str
    run_id: str
    policy: str | None
    policy_digest: str
    created_at: _AwareUtc
    holds: str
    items: tuple[ReviewItem, ...]


_DECODER: Final = JsonFileDecoder(ReviewQueue, UnreadableReview)


def encode_queue(queue: ReviewQueue) -> bytes:
    """Encode a queue: JSON, UTF-8. The same queue has the same bytes."""
    return msgspec.json.encode(queue)


def decode_queue(body: bytes, uri: str) -> ReviewQueue:
    """
    Decode a queue. Fields of a later release are ignored.

    :param uri: Where the queue is, for the error.
    :raises UnreadableReview: The file is damaged, or its version is unknown.
    """
    return _DECODER.decode(body, uri)


def queue_checksum(body: bytes) -> str:
    """Return the checksum of an encoded queue: SHA-256, 64 hexadecimal digits."""
    return sha256(body).hexdigest()


def queue_uri(folder: S3Uri, number: int, checksum: str) -> S3Uri:
    """
    Return where a queue is: ``<folder>queues/<number>-<checksum>.json``.

    :param folder: The folder of the run, see :func:`verdict_file.verdict_folder`.
    """
    return folder.join(f"queues/{number:05d}-{checksum}.json")


class QueuePlace(NamedTuple):
    """
    What the uri of a queue contains.

    :param folder: The folder of the run.
    """

    uri: S3Uri
    folder: S3Uri
    checksum: str


def parse_queue_uri(value: object) -> QueuePlace:
    """
    Parse the uri of a queue: the inverse of :func:`queue_uri`.

    :raises InvalidArgument: It is not the uri of a queue.
    """
    uri = parse_s3_uri(value) if isinstance(value, str) else None
    match = _FILE.fullmatch(uri.key) if uri else None
    if uri is None or match is None:
        problem = "it is not the uri of a review queue; pass one item of the output of the plan task"
        raise InvalidArgument(argument="queue_uri", value=value, problem=problem)
    return QueuePlace(uri, S3Uri(uri.bucket, match[1]), match[2])


def check_prefix(uri: S3Uri, review: S3Uri | None) -> None:
    """
    Check that a queue is where the Dag says that reviews are: an XCom may have been edited.

    :param review: The prefix of reviews; ``None`` checks nothing.
    :raises InvalidArgument: It is elsewhere.
    """
    if review is not None and not (uri.bucket == review.bucket and uri.key.startswith(review.key)):
        problem = f"it is not below {review}, the argument review of the task"
        raise InvalidArgument(argument="queue_uri", value=str(uri), problem=problem)
