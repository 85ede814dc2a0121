"""What became of one line of a manifest, as the per-image engine writes it down, and the files made of it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableRecord

__all__ = [
    "SettledImage",
    "decode_settled",
    "encode_result",
    "encode_settled",
    "encode_summary",
    "pick_result_members",
]

#: What DetectModerationLabels answers of an image, in the words of the results.
_ANSWERED: Final = ("ModerationLabels", "ModerationModelVersion", "ContentTypes", "ProjectVersion")


class SettledImage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One line of a journal's part.

    :param line: 1-based number in the manifest, blank lines not counted.
    :param source_ref: The image's uri as the manifest has it.
    :param answer: What DetectModerationLabels answered; ``None`` for an image that failed.
    :param code: Why it failed, in AWS's words; ``None`` for one that did not.
    """

    line: int
    source_ref: str | None = None
    answer: dict[str, Any] | None = None
    code: str | None = None
    message: str = ""


_DECODER: Final = msgspec.json.Decoder(SettledImage)


def pick_result_members(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of a DetectModerationLabels answer what the results of a bulk job have."""
    return {name: answer[name] for name in _ANSWERED if name in answer}


def encode_settled(images: Iterable[SettledImage]) -> bytes:
    """Make a part of the journal: JSON Lines."""
    return b"".join(msgspec.json.encode(image) + b"\n" for image in images)


def decode_settled(part: bytes, uri: str) -> list[SettledImage]:
    """
    Read what :func:`encode_settled` made.

    :param uri: Where it came from, for the error.
    :raises UnreadableRecord: It is none.
    """
    try:
        return _DECODER.decode_lines(part)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise UnreadableRecord(uri=uri, problem=problem) from problem


def encode_result(image: SettledImage) -> bytes:
    """
    Make one line of the results.

    https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-manifests.html
    """
    return (
        msgspec.json.encode({"source-ref": image.source_ref, "detect-moderation-labels": image.answer})
        + b"\n"
    )


def encode_summary(failed: Iterable[SettledImage], *, total: int) -> bytes:
    """
    Make the manifest summary.

    :param failed: In the order of the manifest.
    :param total: Lines of the manifest.
    """
    errors = [_encode_error(image) for image in failed]
    statistics = {
        "total-json-lines": total,
        "valid-json-lines": total - len(errors),
        "invalid-json-lines": len(errors),
    }
    return msgspec.json.encode({"version": "1.0", "statistics": statistics, "errors": errors})


def _encode_error(image: SettledImage) -> dict[str, Any]:
    named = {} if image.source_ref is None else {"source-ref": image.source_ref}
    # AWS documents the number as line-numer, in every language: so, and as one would expect it.
    number = {"line-numer": image.line, "line-number": image.line}
    return number | named | {"code": image.code, "message": image.message}
