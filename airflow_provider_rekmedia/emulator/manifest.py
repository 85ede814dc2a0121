"""The input manifest, line by line: one JSON object each, with a ``source-ref``."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .errors import Code, ServiceError
from .settings import Settings

__all__ = ["BadLine", "ImageLine", "check_manifest", "iter_lines"]

_SOURCE: Final = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)


@dataclass(frozen=True)
class ImageLine:
    """
    A line that names an image.

    :param number: 0-based; the summary's base is a switch.
    """

    number: int
    source_ref: str
    bucket: str
    key: str


@dataclass(frozen=True)
class BadLine:
    """
    A line that names none.

    :param number: 0-based.
    :param source_ref: when it could be read at all.
    """

    number: int
    reason: str
    source_ref: str | None = None


def check_manifest(body: bytes, settings: Settings) -> None:
    """
    Hold a manifest against the service's limits.

    :raises ServiceError: InvalidManifestException: empty, or larger than the allowed limit.
    """
    count = sum(1 for line in body.split(b"\n") if line.strip())
    if not count:
        raise ServiceError(Code.INVALID_MANIFEST, "The manifest is empty.")
    if len(body) > settings.max_manifest_bytes or count > settings.max_manifest_lines:
        msg = (
            f"The manifest is larger than the allowed limit: {count} lines, {len(body)} bytes; "
            f"at most {settings.max_manifest_lines} lines, {settings.max_manifest_bytes} bytes."
        )
        raise ServiceError(Code.INVALID_MANIFEST, msg)


def iter_lines(body: bytes, settings: Settings) -> Iterator[ImageLine | BadLine]:
    r"""
    Read a manifest's lines in order; a bad line costs one line.

    Lines end at the byte ``\n`` and nowhere else: JSON allows U+2028 inside a string.
    """
    lines = body.split(b"\n")
    if not lines[-1].strip():
        lines.pop()
    for number, line in enumerate(lines):
        if line.strip():
            yield _parse_line(number, line)
        elif settings.blank_lines == "error":
            yield BadLine(number, "The line is blank.")


def _parse_line(number: int, line: bytes) -> ImageLine | BadLine:
    try:
        entry = json.loads(line.decode("utf-8"))
    except ValueError:
        return BadLine(number, "The line is not a valid JSON object.")
    if not isinstance(entry, dict):
        return BadLine(number, "The line is not a valid JSON object.")
    source_ref = entry.get("source-ref")
    if not isinstance(source_ref, str):
        return BadLine(number, "The line has no source-ref.")
    match = _SOURCE.fullmatch(source_ref)
    if match is None:
        return BadLine(number, "The source-ref is not the URI of an S3 object.", source_ref)
    return ImageLine(number, source_ref, match["bucket"], match["key"])
