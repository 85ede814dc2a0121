"""
The results: JSON Lines, one analyzed image a line.

The reader returns a value for every line: an ``ImageResult``, or a ``BadLine`` that says what is wrong with
it. It raises nothing; any exception out of it is a bug. Shape and field names:
https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-manifests.html
"""

from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

__all__ = [
    "BadLine",
    "ContentType",
    "Detection",
    "ImageResult",
    "ModerationLabel",
    "decode_result_line",
    "decode_results",
]


#: As AWS's model has it: a value outside is damage, and no policy can say what it means.
_Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]

#: What the tables hold of a level; AWS documents 1 to 3, and its model no upper bound.
_Level = Annotated[int, msgspec.Meta(ge=0, le=127)]


class ModerationLabel(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """
    One label of an image.

    :param confidence: Percent, 0 to 100.
    :param parent_name: The label one level up; ``""`` at the top level.
    :param taxonomy_level: 1 to 3; ``None`` where the model is older than the levels.
    """

    name: str
    confidence: _Percent
    parent_name: str = ""
    taxonomy_level: _Level | None = None


class ContentType(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """What the whole image is, for example ``Animated``; confidence in percent, 0 to 100."""

    name: str
    confidence: _Percent


class Detection(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """What DetectModerationLabels answers for one image; a clean image has no labels."""

    moderation_labels: tuple[ModerationLabel, ...]
    moderation_model_version: str | None = None
    content_types: tuple[ContentType, ...] = ()
    project_version: str | None = None


class ImageResult(msgspec.Struct, frozen=True, gc=False):
    """One analyzed image; ``source_ref`` is its uri as the manifest had it."""

    source_ref: str = msgspec.field(name="source-ref")
    detection: Detection = msgspec.field(name="detect-moderation-labels")


@dataclass(frozen=True, slots=True)
class BadLine:
    """
    A line that is no result.

    :param line_number: 1-based.
    :param problem: What is wrong with it, and where.
    :param raw: The line itself, untrusted.
    """

    line_number: int
    problem: str
    raw: bytes = b""


_DECODER: Final = msgspec.json.Decoder(ImageResult)


def decode_results(block: bytes, first_line: int) -> tuple[list[ImageResult], list[BadLine], int]:
    r"""
    Read whole lines at once; one that is no result costs itself, and blank ones count for nothing.

    Each line is decoded by itself: a decoder of whole blocks takes a value on two lines, and two on one.

    :param block: Lines that end at ``\n``; the last may lack it.
    :param first_line: 1-based number of the first.
    :return: Results, lines that are none, and the number of the line after the block.
    """
    lines = block.split(b"\n")
    if not lines[-1]:
        lines.pop()
    following = first_line + len(lines)
    try:
        return list(map(_DECODER.decode, lines)), [], following
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    results: list[ImageResult] = []
    bad: list[BadLine] = []
    for number, line in enumerate(lines, start=first_line):
        if line.strip():
            read = decode_result_line(line, number)
            if isinstance(read, ImageResult):
                results.append(read)
            else:
                bad.append(read)
    return results, bad, following


def decode_result_line(line: bytes, line_number: int) -> ImageResult | BadLine:
    """
    Read one line.

    :param line: Without or with its newline.
    :param line_number: 1-based; goes into the ``BadLine``.
    """
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        return BadLine(line_number, str(problem), line)
