"""The outcome of one line of a manifest: an entry of the journal, and the files that are made from it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder, encode_lines

__all__ = [
    "SettledImage",
    "decode_settled",
    "encode_result",
    "encode_settled",
    "encode_summary",
    "pick_result_members",
]

#: Members of a DetectModerationLabels response that the results of a bulk job have too.
_RESULT_MEMBERS: Final = ("ModerationLabels", "ModerationModelVersion", "ContentTypes", "ProjectVersion")


class SettledImage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One line of a part of the journal.

    :param line: 1-based line number in the manifest, without blank lines.
    :param source_ref: The uri of the image, as in the manifest.
    :param answer: The DetectModerationLabels response; ``None`` if the image failed.
    :param code: AWS's code for the failure; ``None`` if the image was analyzed.
    """

    line: int
    source_ref: str | None = None
    answer: dict[str, Any] | None = None
    code: str | None = None
    message: str = ""


_DECODER: Final = JsonFileDecoder(SettledImage, UnreadableRecord)


def pick_result_members(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a DetectModerationLabels response that the results of a bulk job have."""
    return {name: response[name] for name in _RESULT_MEMBERS if name in response}


def encode_settled(images: Iterable[SettledImage]) -> bytes:
    """Encode a part of the journal: JSON Lines."""
    return encode_lines(images)


def decode_settled(part: bytes, uri: str) -> list[SettledImage]:
    """
    Decode a part of :func:`encode_settled`.

    :param uri: The file, for the error.
    :raises UnreadableRecord: The part is damaged.
    """
    return _DECODER.decode_lines(part, uri)


def encode_result(image: SettledImage) -> bytes:
    """
    Encode one line of the results.

    https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-manifests.html
    """
    return (
        msgspec.json.encode({"source-ref": image.source_ref, "detect-moderation-labels": image.answer})
        + b"\n"
    )


def encode_summary(failed: Iterable[SettledImage], *, total: int) -> bytes:
    """
    Encode the manifest summary.

    :param failed: The failed images, in the order of the manifest.
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
    source_ref = {} if image.source_ref is None else {"source-ref": image.source_ref}
    # AWS documents the misspelled line-numer, so the summary has both spellings.
    number = {"line-numer": image.line, "line-number": image.line}
    return number | source_ref | {"code": image.code, "message": image.message}
