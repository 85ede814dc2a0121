"""The summary of a job: counts of the manifest's lines, and one error per image that was not analyzed."""

from typing import Final

import msgspec

from airflow_provider_rekmedia.core.errors import MalformedSummary
from airflow_provider_rekmedia.core.json_files import JSON_DECODE_ERRORS

__all__ = ["ImageError", "Statistics", "Summary", "decode_summary"]


class ImageError(msgspec.Struct, frozen=True):
    """
    An image, or a line, that was not analyzed.

    :param line_numer: The line number under the misspelled name that AWS documents. AWS does not document if
        it starts at 0 or 1 (unknown: line-number-key, first-line-number).
    :param line_number_correct: The line number under the correct name.
    """

    code: str = "unknown"
    message: str = ""
    source_ref: str | None = msgspec.field(name="source-ref", default=None)
    line_numer: int | None = msgspec.field(name="line-numer", default=None)
    line_number_correct: int | None = msgspec.field(name="line-number", default=None)

    @property
    def line_number(self) -> int | None:
        """The line number as the service counts; ``None`` if it returned none."""
        return self.line_number_correct if self.line_numer is None else self.line_numer


class Statistics(msgspec.Struct, frozen=True, rename="kebab"):
    """How many lines the manifest has; ``None`` if the summary does not say."""

    total_json_lines: int | None = None
    valid_json_lines: int | None = None
    invalid_json_lines: int | None = None


class Summary(msgspec.Struct, frozen=True):
    """
    The members of the file that are used. The version is not checked (unknown: summary-version).

    Source: https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-manifests.html.
    """

    statistics: Statistics = Statistics()
    errors: tuple[ImageError, ...] = ()


class _Undecoded(msgspec.Struct, frozen=True):
    statistics: Statistics | None = None
    errors: tuple[msgspec.Raw, ...] | None = None


_DECODER: Final = msgspec.json.Decoder(_Undecoded)
_ERROR_DECODER: Final = msgspec.json.Decoder(ImageError)

#: How many bytes of a malformed error are shown.
_SHOWN_BYTES: Final = 200


def decode_summary(body: bytes, uri: str) -> Summary:
    """
    Decode a summary.

    Members that are null or unknown are ignored. A malformed error becomes an ``UNREADABLE_ERROR`` (unknown:
    summary-error-shape).

    :param uri: The file, for the error.
    :raises MalformedSummary: The file is not a JSON object of the documented shape.
    """
    try:
        summary = _DECODER.decode(body)
        errors = tuple(map(_decode_error, summary.errors or ()))
        return Summary(summary.statistics or Statistics(), errors)
    except JSON_DECODE_ERRORS as problem:
        raise MalformedSummary(uri=uri, problem=problem) from problem


def _decode_error(raw: msgspec.Raw) -> ImageError:
    try:
        return _ERROR_DECODER.decode(raw)
    except msgspec.ValidationError as problem:
        shown = bytes(raw)[:_SHOWN_BYTES].decode(errors="replace")
        return ImageError(code="UNREADABLE_ERROR", message=f"{problem}: {shown}")
