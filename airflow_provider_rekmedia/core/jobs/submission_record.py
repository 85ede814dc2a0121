"""What a task writes down about its submission, as JSON that a person can read."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableRecord

__all__ = ["SubmissionRecord", "decode_record", "encode_record"]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]


class SubmissionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a task wrote down about its submission.

    :param fingerprint: Of the request, see :func:`identity.fingerprint`.
    :param request: The request's members but the token, as AWS spells them.
    :param clears: How often a user had cleared the task.
    :param generation: See :func:`identity.request_token`.
    :param token: The ClientRequestToken.
    :param written_at: When the intent was first written, aware UTC.
    :param replaces: The id of the job before, when this generation is not the task's first.
    :param job_id: ``None`` from before the paid call until its answer was written down.
    """

    fingerprint: str
    request: dict[str, Any]
    clears: int
    generation: int
    token: str
    written_at: _AwareUtc
    replaces: str | None = None
    job_id: str | None = None
    version: Literal[1] = 1


_DECODER: Final = msgspec.json.Decoder(SubmissionRecord)


def encode_record(record: SubmissionRecord) -> bytes:
    """Make the file: JSON, indented, UTF-8."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1)


def decode_record(body: bytes, uri: str) -> SubmissionRecord:
    """
    Read what :func:`encode_record` made.

    :param uri: Where it came from, for the error.
    :raises UnreadableRecord: It is damaged, or of another version. It is never taken for absent.
    """
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise UnreadableRecord(uri=uri, problem=problem) from problem
