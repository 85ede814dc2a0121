"""The two output files of a job: their keys and their content."""

import json
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.emulator.settings.settings import Settings

__all__ = ["ImageError", "OutputKeys", "encode_results", "encode_summary"]


@dataclass(frozen=True)
class ImageError:
    """
    Why a line of the manifest has no result.

    :param number: 0-based.
    :param source_ref: ``None`` if the line has none.
    """

    number: int
    code: str
    message: str
    source_ref: str | None = None


@dataclass(frozen=True)
class OutputKeys:
    """
    The keys of the two files.

    AWS has one example: ``<prefix>/<JobId>-results.jsonl`` and ``<prefix>/<JobId>-manifest-summary.json``.
    Clients should take the keys from GetMediaAnalysisJob; ``unguessable_keys`` finds clients that do not.
    """

    results: str
    summary: str

    @classmethod
    def make(cls, prefix: str, *, job_id: str, settings: Settings) -> "OutputKeys":
        """Make the keys of a job."""
        needs_slash = settings.prefix_join == "always_slash" or (prefix and not prefix.endswith("/"))
        start = f"{prefix}/" if needs_slash else prefix
        if settings.unguessable_keys:
            folder = secrets.token_hex(8)
            return cls(f"{start}{folder}/{secrets.token_hex(8)}", f"{start}{folder}/{secrets.token_hex(8)}")
        return cls(f"{start}{job_id}-results.jsonl", f"{start}{job_id}-manifest-summary.json")


def encode_results(lines: Sequence[dict[str, Any]], *, seed: str, settings: Settings) -> bytes:
    """
    Encode the results as JSON Lines in UTF-8; without results, the file is empty.

    :param seed: for the order of shuffled lines.
    """
    if settings.shuffle_results:
        lines = random.Random(seed).sample(lines, len(lines))  # noqa: S311 - an order, not a secret
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def encode_summary(errors: Sequence[ImageError], *, valid: int, settings: Settings) -> bytes:
    """
    Encode the manifest summary.

    https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-manifests.html

    :param valid: number of lines with a result.
    """
    summary = {
        "version": "1.0",
        "statistics": {
            "total-json-lines": valid + len(errors),
            "valid-json-lines": valid,
            "invalid-json-lines": len(errors),
        },
        "errors": [_encode_error(error, settings) for error in errors],
    }
    return json.dumps(summary, ensure_ascii=False).encode()


def _encode_error(error: ImageError, settings: Settings) -> dict[str, Any]:
    encoded: dict[str, Any] = {settings.line_number_key: error.number + settings.first_line_number}
    if error.source_ref is not None:
        encoded["source-ref"] = error.source_ref
    return encoded | {"code": error.code, "message": error.message}
