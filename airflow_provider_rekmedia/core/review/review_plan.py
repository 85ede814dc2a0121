"""
The plan of one review: its queues, and the files that its images are from.

The plan is written last, on the condition that there is none. So a review either has a plan with all of its
queues, or no plan, and every retry works with the same queues.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = [
    "PlannedQueue",
    "ReviewPlan",
    "decode_plan",
    "duplicates_uri",
    "encode_plan",
    "plan_uri",
    "preview_uri",
]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]
_DIGITS: Final = 16


class PlannedQueue(msgspec.Struct, frozen=True, kw_only=True):
    """
    One queue of a plan.

    :param images: Images in it.
    """

    uri: str
    checksum: str
    images: int


class ReviewPlan(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a review consists of.

    :param prefix: The prefix of reviews, ``s3://bucket/prefix/``.
    :param verdict_uris: The verdict files of the run.
    :param run_images: All images of the run; ``None`` if it is not known.
    :param earlier_uris: Verdict files of the images that earlier reviews left undecided: copies, so that the
        originals can be deleted.
    :param consumed_uris: The originals.
    :param verdicts: The verdicts that people review.
    :param counts: ``images`` (in verdict files, that people may review), ``queued``, ``earlier``, ``audit``,
        ``double`` and ``left_out`` (more than the limit).
    """

    version: Literal[1] = 1
    prefix: str
    dag_id: str
    run_id: str
    created_at: _AwareUtc
    holds: str
    verdict_uris: tuple[str, ...]
    run_images: int | None
    earlier_uris: tuple[str, ...] = ()
    consumed_uris: tuple[str, ...] = ()
    verdicts: tuple[str, ...]
    queues: tuple[PlannedQueue, ...]
    counts: Mapping[str, int]


_DECODER: Final = JsonFileDecoder(ReviewPlan, UnreadableReview)


def encode_plan(plan: ReviewPlan) -> bytes:
    """Encode a plan: JSON, UTF-8."""
    return msgspec.json.encode(plan)


def decode_plan(body: bytes, uri: str) -> ReviewPlan:
    """
    Decode a plan. Fields of a later release are ignored.

    :param uri: Where the plan is, for the error.
    :raises UnreadableReview: The file is damaged, or its version is unknown.
    """
    return _DECODER.decode(body, uri)


def plan_uri(folder: S3Uri, inputs: Sequence[object]) -> S3Uri:
    """
    Return where a plan is. Other inputs have another plan, so a cleared results task is reviewed again.

    :param inputs: All that decides what the queues are; anything that msgspec encodes.
    """
    return folder.join(f"plans/{sha256(msgspec.json.encode(inputs)).hexdigest()[:_DIGITS]}.json")


def duplicates_uri(folder: S3Uri, checksum: str) -> S3Uri:
    """Return where the copies of the images of a queue are listed: a JSON object from uri to uris."""
    return folder.join(f"duplicates/{checksum}.json")


def preview_uri(folder: S3Uri, image: str) -> S3Uri:
    """
    Return where the small blurred picture of an image is. The name does not show the key of the image.

    Images with the same bytes have one picture, so that an escalation deletes it for all of them.

    :param image: See :func:`same_bytes.bytes_key`.
    """
    return folder.join(f"previews/{sha256(image.encode()).hexdigest()}.jpg")
