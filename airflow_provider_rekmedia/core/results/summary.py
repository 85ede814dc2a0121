"""The summary: what became of the manifest's lines, and one error per image that was not analyzed."""

from typing import Final

import msgspec

from airflow_provider_rekmedia.core.errors import MalformedSummary

__all__ = ["ImageError", "Statistics", "Summary", "decode_summary"]


class ImageError(msgspec.Struct, frozen=True):
    """
    An image, or a line, that was not analyzed.

    :param numbered: The line's number under the documentation's spelling, ``line-numer``.
    :param spelled: The same under the spelling one would expect. AWS does not say whether it counts from 0
        or 1.
    """

    code: str = "unknown"
    message: str = ""
    source_ref: str | None = msgspec.field(name="source-ref", default=None)
    numbered: int | None = msgspec.field(name="line-numer", default=None)
    spelled: int | None = msgspec.field(name="line-number", default=None)

    @property
    def line_number(self) -> int | None:
        """The line's number as the service counts; ``None`` when it gave none."""
        return self.spelled if self.numbered is None else self.numbered


class Statistics(msgspec.Struct, frozen=True, rename="kebab"):
    """How many lines the manifest has; ``None`` where the summary does not say."""

    total_json_lines: int | None = None
    valid_json_lines: int | None = None
    invalid_json_lines: int | None = None


class Summary(msgspec.Struct, frozen=True):
    """
    What is used of the file: not its version, whatever that may be.

    Source: https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-manifests.html.
    """

    statistics: Statistics = Statistics()
    errors: tuple[ImageError, ...] = ()


class _Undecoded(msgspec.Struct, frozen=True):
    statistics: Statistics | None = None
    errors: tuple[msgspec.Raw, ...] | None = None


_DECODER: Final = msgspec.json.Decoder(_Undecoded)
_ERROR_DECODER: Final = msgspec.json.Decoder(ImageError)

#: How much of an error that cannot be read is told, in bytes.
_TOLD_BYTES: Final = 200


def decode_summary(body: bytes, uri: str) -> Summary:
    """
    Read a summary.

    Members that are null or unknown are passed over; one error that cannot be read is told as it stands.

    :param uri: Where it came from, for the error.
    :raises MalformedSummary: It is no JSON object of the documented shape.
    """
    try:
        found = _DECODER.decode(body)
        return Summary(found.statistics or Statistics(), tuple(map(_decode_error, found.errors or ())))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise MalformedSummary(uri=uri, problem=problem) from problem


def _decode_error(raw: msgspec.Raw) -> ImageError:
    try:
        return _ERROR_DECODER.decode(raw)
    except msgspec.ValidationError as problem:
        told = bytes(raw)[:_TOLD_BYTES].decode(errors="replace")
        return ImageError(code="UNREADABLE_ERROR", message=f"{problem}: {told}")
