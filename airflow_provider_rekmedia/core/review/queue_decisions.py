"""
The file of decisions about one queue: what one person decided, when, and in which try.

It is written once, on the condition that there is none, and never overwritten.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .answer import Answer, AnswerProblem, LabelJudgement, ReviewDecision, parse_answer

__all__ = ["QueueDecisions", "ReviewerSource", "decisions_uri", "decode_decisions", "encode_decisions"]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]


class ReviewerSource(StrEnum):
    """Where a decision was made."""

    #: In Airflow.
    HITL = "hitl"
    #: In another tool; its file was imported.
    IMPORT = "import"


class QueueDecisions(msgspec.Struct, frozen=True, kw_only=True):
    """
    The decisions of one person about one queue.

    :param queue: The checksum of the queue.
    :param decisions: One letter for each image, in the order of the queue, see :class:`ReviewDecision`.
    :param labels: By 0-based index of the image, as text.
    :param seconds: Time on the page, seconds.
    :param revealed: Images whose picture was revealed.
    :param reviewer_id: The id of the person in Airflow.
    """

    version: Literal[1] = 1
    queue: str
    number: int
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int
    reviewer_id: str
    reviewer_name: str | None = None
    answered_at: _AwareUtc
    decisions: str
    seconds: int = 0
    revealed: int = 0
    labels: Mapping[str, LabelJudgement] = msgspec.field(default_factory=dict)

    def answer(self, items: int, uri: str) -> Answer:
        """
        Return the decisions, typed.

        :param items: Number of images of the queue.
        :param uri: Where the file is, for the error.
        :raises UnreadableReview: The file does not fit the queue.
        """
        sent = msgspec.to_builtins(self, str_keys=True)
        parsed = parse_answer(sent, self.queue, items)
        if isinstance(parsed, AnswerProblem):
            raise UnreadableReview(uri=uri, problem=parsed.text)
        return parsed

    def count(self, decision: ReviewDecision) -> int:
        """Return how many images have this decision."""
        return self.decisions.count(decision.letter)


_DECODER: Final = JsonFileDecoder(QueueDecisions, UnreadableReview)


def encode_decisions(decisions: QueueDecisions) -> bytes:
    """Encode a file of decisions: JSON, UTF-8."""
    return msgspec.json.encode(decisions)


def decode_decisions(body: bytes, uri: str) -> QueueDecisions:
    """
    Decode a file of decisions. Fields of a later release are ignored.

    :param uri: Where the file is, for the error.
    :raises UnreadableReview: The file is damaged, or its version is unknown.
    """
    return _DECODER.decode(body, uri)


def decisions_uri(folder: S3Uri, checksum: str) -> S3Uri:
    """Return where the decisions about a queue are: ``<folder>decisions/<checksum>.json``."""
    return folder.join(f"decisions/{checksum}.json")
