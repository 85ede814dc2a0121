"""
The rows of verdict files: one for each image of a run that is not allowed, worst first.

The files are gzipped JSON Lines. Reviews and actions read them, because no list in them is cut.
"""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableVerdicts
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .verdict import Decision

__all__ = [
    "ROWS_PER_FILE",
    "DecidedBy",
    "VerdictFileSet",
    "VerdictLabel",
    "VerdictRow",
    "decode_verdict_row",
    "encode_verdict_row",
    "verdict_folder",
]

#: Most rows of one file.
ROWS_PER_FILE: Final = 50_000

#: A key has at most 1,024 bytes, and Airflow's ids have up to 250 characters.
_MAX_PARTITION_CHARS: Final = 200
_DIGITS: Final = 8

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]


class DecidedBy(StrEnum):
    """Who decided a verdict."""

    POLICY = "policy"
    PERSON = "person"


class VerdictLabel(msgspec.Struct, frozen=True, gc=False):
    """
    One label of the image.

    :param parent: The label one level up; ``None`` at the top level.
    :param level: Level in the taxonomy, from 1; ``None`` for old models.
    :param confidence: Percent.
    """

    name: str
    parent: str | None
    level: int | None
    confidence: float


class VerdictRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """
    One image that is not allowed.

    :param bucket: ``None`` if *uri* is not an S3 uri; *key* too.
    :param etag: ETag without quotes, at the listing; ``None`` if the source had none. *size_bytes* and
        *last_modified* are also of the listing.
    :param rule: The rule of the policy that decided, or ``"not_analyzed"``.
    :param labels: All labels, in the order of the service; empty if the image was not analyzed.
    :param confidence: Percent, of the label that caused the verdict; ``None`` if the image was not analyzed.
    :param job_id: ``None`` if the manifest of the image has no job that succeeded.
    :param policy: The name of the policy; ``None`` if it has none.
    :param policy_digest: See :func:`policy_digest.policy_digest`.
    """

    version: Literal[1] = 1
    uri: str
    bucket: str | None
    key: str | None
    etag: str | None
    size_bytes: int | None
    last_modified: _AwareUtc | None
    verdict: Decision
    rule: str
    labels: tuple[VerdictLabel, ...]
    confidence: float | None
    decided_by: DecidedBy
    dag_id: str
    run_id: str
    job_id: str | None
    model_version: str | None
    policy: str | None
    policy_digest: str


class VerdictFileSet(msgspec.Struct, frozen=True, kw_only=True):
    """
    The verdict files of one task: the value of the XCom ``verdicts``.

    :param uris: The files, worst images first; empty if every image is allowed.
    :param images: Rows of all files.
    :param run_images: All images of the run, allowed or not; ``None`` if an older version wrote the XCom.
    """

    version: Literal[1] = 1
    uris: tuple[str, ...]
    images: int
    run_images: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the value of the XCom, JSON-serializable."""
        known = {} if self.run_images is None else {"run_images": self.run_images}
        return {"version": self.version, "uris": list(self.uris), "images": self.images, **known}


_DECODER: Final = JsonFileDecoder(VerdictRow, UnreadableVerdicts)


def encode_verdict_row(row: VerdictRow) -> bytes:
    """Encode one line, with its newline."""
    return msgspec.json.encode(row) + b"\n"


def decode_verdict_row(line: bytes, uri: str) -> VerdictRow:
    """
    Decode one line. Fields of a later release are ignored.

    :param uri: The file of the line, for the error.
    :raises UnreadableVerdicts: The line is damaged, or its version is unknown.
    """
    return _DECODER.decode(line, uri)


def verdict_folder(prefix: S3Uri, dag_id: str, run_id: str) -> S3Uri:
    """
    Return the prefix of the files of a run, as Hive partitions: ``dag_id=…/run_id=…/``.

    The values are percent-encoded, as Hive, Spark and DuckDB write them. A very long value is truncated, and
    eight digits at its end make it unique.
    """
    return prefix.join(f"dag_id={_partition_value(dag_id)}/run_id={_partition_value(run_id)}/")


def _partition_value(text: str) -> str:
    encoded = quote(text, safe="")
    if len(encoded) <= _MAX_PARTITION_CHARS:
        return encoded
    kept = encoded[:_MAX_PARTITION_CHARS].rpartition("%")[0] or encoded[:_MAX_PARTITION_CHARS]
    return f"{kept}-{sha256(text.encode()).hexdigest()[:_DIGITS]}"
