"""The record of a submission, as JSON that a person can read."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder, encode_indented

__all__ = ["SubmissionRecord", "decode_record", "encode_record"]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]


class SubmissionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """
    The record of one submission of a task.

    :param fingerprint: The :func:`identity.fingerprint` of the request.
    :param request: The members of the request, except the token, as AWS spells them.
    :param clears: How often a user had cleared the task.
    :param generation: See :func:`identity.request_token`.
    :param token: The ClientRequestToken.
    :param written_at: When the record was first written, aware UTC.
    :param replaces: The id of the previous job, if this generation is not the first.
    :param job_id: ``None`` until the paid call has returned and the record was written again.
    :param attempt: Random id of the attempt that wrote the record: no two attempts write the same bytes.
    :param is_withdrawn: Whether the attempt paid nothing and gave up. The next try may change the request.
    """

    fingerprint: str
    request: dict[str, Any]
    clears: int
    generation: int
    token: str
    written_at: _AwareUtc
    replaces: str | None = None
    job_id: str | None = None
    attempt: str | None = None
    is_withdrawn: bool = False
    version: Literal[1] = 1


_DECODER: Final = JsonFileDecoder(SubmissionRecord, UnreadableRecord)


def encode_record(record: SubmissionRecord) -> bytes:
    """Encode the file: indented JSON, UTF-8."""
    return encode_indented(record)


def decode_record(body: bytes, uri: str) -> SubmissionRecord:
    """
    Decode a file of :func:`encode_record`.

    :param uri: The file, for the error.
    :raises UnreadableRecord: The file is damaged, or has another version. It never counts as absent.
    """
    return _DECODER.decode(body, uri)
