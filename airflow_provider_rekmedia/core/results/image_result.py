"""
The results: JSON Lines, one analyzed image per line.

Decoding returns a value for every line: an ``ImageResult``, or a ``BadLine`` that says what is wrong with the
line (unknown: damaged-result-lines). It raises nothing: any exception is a bug. Shape and field names:
https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-manifests.html
"""

from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

from airflow_provider_rekmedia.core.json_files import JSON_DECODE_ERRORS

__all__ = [
    "BadLine",
    "ContentType",
    "Detection",
    "ImageResult",
    "ModerationLabel",
    "decode_result_line",
    "decode_results",
    "is_manifest_line",
]


#: The range of AWS's model. A value outside is damage: no policy can judge it.
_Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]

#: The range of the tables' column. AWS documents 1 to 3, and its model has no upper bound.
_Level = Annotated[int, msgspec.Meta(ge=0, le=127)]


class ModerationLabel(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """
    One label of an image.

    :param confidence: Percent, 0 to 100.
    :param parent_name: The label one level up; ``""`` at the top level.
    :param taxonomy_level: 1 to 3; ``None`` for models that are older than the levels.
    """

    name: str
    confidence: _Percent
    parent_name: str = ""
    taxonomy_level: _Level | None = None


class ContentType(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """The kind of the whole image, for example ``Animated``; confidence in percent, 0 to 100."""

    name: str
    confidence: _Percent


class Detection(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """
    The DetectModerationLabels response for one image. A clean image has no labels.

    :param project_version: The adapter; ``None`` also if the service does not name it (unknown:
        adapter-in-results).
    """

    moderation_labels: tuple[ModerationLabel, ...]
    moderation_model_version: str | None = None
    content_types: tuple[ContentType, ...] = ()
    project_version: str | None = None


class ImageResult(msgspec.Struct, frozen=True, gc=False):
    """One analyzed image; ``source_ref`` is its uri as in the manifest."""

    source_ref: str = msgspec.field(name="source-ref")
    detection: Detection = msgspec.field(name="detect-moderation-labels")


@dataclass(frozen=True, slots=True)
class BadLine:
    """
    A line that is not a result.

    :param line_number: 1-based.
    :param problem: What is wrong, and where in the line.
    :param raw: The line, untrusted.
    """

    line_number: int
    problem: str
    raw: bytes = b""


_DECODER: Final = msgspec.json.Decoder(ImageResult)


def decode_results(block: bytes, first_line: int) -> tuple[list[ImageResult], list[BadLine], int]:
    r"""
    Decode a block of whole lines. A bad line does not affect the others, and blank lines are ignored.

    Each line is decoded separately: a block decoder would accept a value on two lines, or two on one line.

    :param block: Lines that end with ``\n``; the last line may lack it.
    :param first_line: 1-based number of the first line.
    :return: The results, the bad lines, and the number of the line after the block.
    """
    lines = block.split(b"\n")
    if not lines[-1]:
        lines.pop()
    following = first_line + len(lines)
    try:
        return list(map(_DECODER.decode, lines)), [], following
    except JSON_DECODE_ERRORS:
        pass
    results: list[ImageResult] = []
    bad: list[BadLine] = []
    for number, line in enumerate(lines, start=first_line):
        if line.strip():
            decoded = decode_result_line(line, number)
            if isinstance(decoded, ImageResult):
                results.append(decoded)
            else:
                bad.append(decoded)
    return results, bad, following


def decode_result_line(line: bytes, line_number: int) -> ImageResult | BadLine:
    """
    Decode one line.

    :param line: The line, with or without its newline.
    :param line_number: 1-based, for the ``BadLine``.
    """
    try:
        return _DECODER.decode(line)
    except JSON_DECODE_ERRORS as problem:
        return BadLine(line_number, str(problem), line)


def is_manifest_line(line: bytes) -> bool:
    """Whether a line names an image and has no result: it is a line of a manifest."""
    try:
        value = msgspec.json.decode(line)
    except JSON_DECODE_ERRORS:
        return False
    return isinstance(value, dict) and value.keys() == {"source-ref"}
