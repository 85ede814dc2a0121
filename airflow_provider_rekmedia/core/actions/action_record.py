"""The records of the action log: what will be done (intent), and how it ended (outcome)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableActionLog
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder, encode_indented, encode_lines
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import DecidedBy

from .inverse import Inverse
from .verb import Outcome, Verb

__all__ = [
    "ActionIntent",
    "ActionLogHeader",
    "ActionOutcome",
    "PlannedAction",
    "decode_header",
    "decode_intents",
    "decode_outcomes",
    "encode_header",
    "encode_records",
    "kept_outcome",
]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]


class PlannedAction(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """
    One action on one object.

    :param number: Position in the plan, from 0. The same input gives the same numbers.
    :param uri: The image, as the verdict file names it.
    :param bucket: ``None`` if *uri* is not an S3 uri; *key* too.
    :param etag: ETag of the judged bytes, without quotes; ``None`` if it is not known.
    :param target: ``s3://`` uri of the copy, for copy and move.
    :param tags: Tags to set, for tag.
    :param undo: What to undo; ``None`` for an action that is not an undo.
    """

    number: int
    uri: str
    bucket: str | None
    key: str | None
    etag: str | None
    size_bytes: int | None = None
    verdict: Decision
    rule: str = ""
    confidence: float | None = None
    decided_by: DecidedBy = DecidedBy.POLICY
    verb: Verb
    target: str | None = None
    tags: dict[str, str] | None = None
    undo: Inverse | None = None

    @property
    def object(self) -> S3Uri:
        """The object; only for an action whose *uri* is an S3 uri."""
        return S3Uri(self.bucket or "", self.key or "")

    def as_dict(self) -> dict[str, Any]:
        """Return what a user's function gets."""
        names = ("uri", "bucket", "key", "etag", "size_bytes", "verdict", "rule", "confidence", "decided_by")
        return {name: getattr(self, name) for name in names}


class ActionIntent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """
    An action that may have happened. It is written before the first call that changes the object.

    :param tags_before: The object's tags before the action, for tag.
    :param version_id: The version that was current; ``None`` if the bucket has no versions.
    :param kms_key_id: The KMS key of the object.
    """

    version: Literal[1] = 1
    action: PlannedAction
    attempt: int
    at: _AwareUtc
    tags_before: dict[str, str] | None = None
    version_id: str | None = None
    kms_key_id: str | None = None


class ActionOutcome(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """
    How the action on one object ended.

    :param attempt: Try of the task, from 1.
    :param reason: Why, in a few words; ``""`` if the outcome says it all.
    :param marker_only: Whether a delete only added a delete marker: the bytes are still readable by version.
    :param version_id: The version for S3 Batch Operations.
    :param inverse: What undoes the action; ``None`` if nothing was done, or if it cannot be undone.
    """

    version: Literal[1] = 1
    action: PlannedAction
    attempt: int
    at: _AwareUtc
    outcome: Outcome
    reason: str = ""
    marker_only: bool = False
    version_id: str | None = None
    inverse: Inverse | None = None


class ActionLogHeader(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an action log is about.

    :param batch_size: Actions of one batch. It decides which records are in which file.
    :param undo_of: The log that this one undoes.
    """

    version: Literal[1] = 1
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    actions: dict[str, str]
    verdict_uris: tuple[str, ...]
    batch_size: int
    undo_of: str | None = None


_HEADER_DECODER: Final = JsonFileDecoder(ActionLogHeader, UnreadableActionLog)
_INTENT_DECODER: Final = JsonFileDecoder(ActionIntent, UnreadableActionLog)
_OUTCOME_DECODER: Final = JsonFileDecoder(ActionOutcome, UnreadableActionLog)


def encode_header(header: ActionLogHeader) -> bytes:
    """Encode the file: indented JSON, UTF-8."""
    return encode_indented(header)


def decode_header(body: bytes, uri: str) -> ActionLogHeader:
    """
    Decode a file of :func:`encode_header`.

    :raises UnreadableActionLog: It is damaged, or has another version.
    """
    return _HEADER_DECODER.decode(body, uri)


def encode_records(records: Iterable[ActionIntent | ActionOutcome]) -> bytes:
    """Encode a part of a log: JSON Lines."""
    return encode_lines(records)


def decode_intents(body: bytes, uri: str) -> list[ActionIntent]:
    """
    Decode a part.

    :raises UnreadableActionLog: A line is damaged. It is never skipped.
    """
    return [_INTENT_DECODER.decode(line, uri) for line in body.splitlines()]


def decode_outcomes(body: bytes, uri: str) -> list[ActionOutcome]:
    """
    Decode a part.

    :raises UnreadableActionLog: A line is damaged. It is never skipped.
    """
    return [_OUTCOME_DECODER.decode(line, uri) for line in body.splitlines()]


_RANK: Final = {outcome: -position for position, outcome in enumerate(Outcome)}


def kept_outcome(one: ActionOutcome | None, other: ActionOutcome) -> ActionOutcome:
    """
    Of two outcomes of the same action, return the one that counts. The order of the two does not matter.

    A final outcome counts more than one that a retry repeats. Of two final ones, ``done`` counts most: two
    workers that ran at the same time may report ``done`` and ``gone``, and ``done`` has the inverse.
    """
    return other if one is None or _precedence(other) > _precedence(one) else one


def _precedence(record: ActionOutcome) -> tuple[bool, int, int, datetime]:
    final = record.outcome.is_final
    rank = _RANK[record.outcome]
    return (final, *((rank, record.attempt) if final else (record.attempt, rank)), record.at)
