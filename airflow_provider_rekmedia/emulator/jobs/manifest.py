"""The input manifest: JSON Lines, each with a ``source-ref``."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.emulator.protocol.errors import ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.settings.settings import Settings

__all__ = ["ImageLine", "InvalidLine", "check_manifest", "iter_lines"]

_SOURCE: Final = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)


@dataclass(frozen=True)
class ImageLine:
    """
    A valid line.

    :param number: 0-based; a setting defines the base in the summary.
    """

    number: int
    source_ref: str
    bucket: str
    key: str


@dataclass(frozen=True)
class InvalidLine:
    """
    A line that does not name an image.

    :param number: 0-based.
    :param source_ref: ``None`` if the line has none.
    """

    number: int
    reason: str
    source_ref: str | None = None


def check_manifest(body: bytes, settings: Settings) -> None:
    """
    Check a manifest against the service's limits.

    :raises ServiceError: InvalidManifestException; the manifest is empty or too large.
    """
    count = sum(1 for line in body.split(b"\n") if line.strip())
    if not count:
        raise ServiceError(ErrorCode.INVALID_MANIFEST, "The manifest is empty.")
    if len(body) > settings.max_manifest_bytes or count > settings.max_manifest_lines:
        msg = (
            f"The manifest is larger than the allowed limit: {count} lines, {len(body)} bytes; "
            f"at most {settings.max_manifest_lines} lines, {settings.max_manifest_bytes} bytes."
        )
        raise ServiceError(ErrorCode.INVALID_MANIFEST, msg)


def iter_lines(body: bytes, settings: Settings) -> Iterator[ImageLine | InvalidLine]:
    r"""
    Parse the lines of a manifest in order.

    Only the byte ``\n`` ends a line: JSON allows other line separators, such as U+2028, inside a string.
    """
    lines = body.split(b"\n")
    if not lines[-1].strip():
        lines.pop()
    for number, line in enumerate(lines):
        if line.strip():
            yield _parse_line(number, line)
        elif settings.blank_lines == "error":
            yield InvalidLine(number, "The line is blank.")


def _parse_line(number: int, line: bytes) -> ImageLine | InvalidLine:
    try:
        entry = json.loads(line.decode("utf-8"))
    except ValueError:
        return InvalidLine(number, "The line is not a valid JSON object.")
    if not isinstance(entry, dict):
        return InvalidLine(number, "The line is not a valid JSON object.")
    source_ref = entry.get("source-ref")
    if not isinstance(source_ref, str):
        return InvalidLine(number, "The line has no source-ref.")
    match = _SOURCE.fullmatch(source_ref)
    if match is None:
        return InvalidLine(number, "The source-ref is not the URI of an S3 object.", source_ref)
    return ImageLine(number, source_ref, match["bucket"], match["key"])
