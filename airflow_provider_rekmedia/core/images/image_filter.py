"""Decides which found objects are analyzed, and why an object is skipped."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import translate
from functools import cached_property
from typing import Final

from .found_image import FoundImage

__all__ = ["IMAGE_MAX_BYTES", "IMAGE_SUFFIXES", "ImageFilter", "SkipReason", "has_image_suffix"]

#: Largest image in S3 that the service accepts. AWS documents "15 MB". This is 15 MiB, because botocore's
#: model reads the "5 MB" limit of image bytes as 5 MiB. A larger limit is the safe one: a refused image costs
#: nothing, but a skipped image is not moderated.
#: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
#: (unknown: image-size-limit)
IMAGE_MAX_BYTES: Final = 15 * 1024 * 1024

#: Suffixes of JPEG and PNG, the only formats that Rekognition accepts.
IMAGE_SUFFIXES: Final = (".jpg", ".jpeg", ".jpe", ".jfif", ".png")


class SkipReason(StrEnum):
    """Why an object is in no manifest. The values are keys of counts, and are in the skip file."""

    NOT_JPEG_OR_PNG = "not_jpeg_or_png"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PATTERN = "pattern"
    BELOW_MIN_BYTES = "below_min_bytes"
    ABOVE_MAX_BYTES = "above_max_bytes"
    MODIFIED_BEFORE_WINDOW = "modified_before_window"
    MODIFIED_AFTER_WINDOW = "modified_after_window"
    DUPLICATE = "duplicate"
    MISSING = "missing"
    ALREADY_ANALYZED = "already_analyzed"
    FAILED_FOR_GOOD = "failed_for_good"
    OUT_OF_ATTEMPTS = "out_of_attempts"
    ARCHIVED = "archived"


def has_image_suffix(key: str) -> bool:
    """Whether the key ends like a JPEG or PNG, in any case."""
    return key.lower().endswith(IMAGE_SUFFIXES)


def _has_no_extension(key: str) -> bool:
    name = key.rpartition("/")[2]  # empty for the marker of a folder
    return bool(name) and "." not in name


@dataclass(frozen=True)
class ImageFilter:
    """
    The conditions for objects of a source.

    A condition on a size or time that the source lacks skips nothing, see :meth:`needs_more`.

    :param extensions: Suffixes of accepted keys, in lower case with their dot; ``""`` accepts keys whose last
        part has no dot. ``None`` accepts every key.
    :param pattern: Glob that the whole key must match, case-sensitive; ``*`` also matches slashes.
    :param modified_after: Aware time, inclusive.
    :param modified_before: Aware time, exclusive.
    :param min_bytes: Smallest size, inclusive.
    :param max_bytes: Largest size, inclusive.
    """

    extensions: frozenset[str] | None = frozenset({*IMAGE_SUFFIXES, ""})
    pattern: str | None = None
    modified_after: datetime | None = None
    modified_before: datetime | None = None
    min_bytes: int | None = None
    max_bytes: int | None = None

    @cached_property
    def _suffixes(self) -> tuple[str, ...]:
        return tuple(filter(None, self.extensions or ()))

    @cached_property
    def _matches(self) -> re.Pattern[str] | None:
        return None if self.pattern is None else re.compile(translate(self.pattern))

    @cached_property
    def _has_window(self) -> bool:
        return self.modified_after is not None or self.modified_before is not None

    def needs_more(self, found: FoundImage) -> bool:
        """Whether the filter needs a size or a time that the source lacks."""
        by_time = self.modified_after is not None or self.modified_before is not None
        by_size = self.min_bytes is not None or self.max_bytes is not None
        return (by_time and found.modified_at is None) or (by_size and found.size_bytes is None)

    def reason_to_skip(self, found: FoundImage) -> SkipReason | None:
        """Return why an object is skipped, or ``None`` to analyze it."""
        if not self._accepts_name(found.uri.key):
            return SkipReason.NOT_JPEG_OR_PNG
        if self._matches is not None and not self._matches.match(found.uri.key):
            return SkipReason.PATTERN
        return self._by_size(found.size_bytes) or (
            self._by_time(found.modified_at) if self._has_window else None
        )

    def _accepts_name(self, key: str) -> bool:
        if self.extensions is None or key.lower().endswith(self._suffixes):
            return True
        return "" in self.extensions and _has_no_extension(key)

    def _by_size(self, size_bytes: int | None) -> SkipReason | None:
        if size_bytes is None:
            return None
        if size_bytes == 0:
            return SkipReason.EMPTY
        if size_bytes > IMAGE_MAX_BYTES:
            return SkipReason.TOO_LARGE
        if self.min_bytes is not None and size_bytes < self.min_bytes:
            return SkipReason.BELOW_MIN_BYTES
        if self.max_bytes is not None and size_bytes > self.max_bytes:
            return SkipReason.ABOVE_MAX_BYTES
        return None

    def _by_time(self, modified_at: datetime | None) -> SkipReason | None:
        if modified_at is None:
            return None
        if self.modified_after is not None and modified_at < self.modified_after:
            return SkipReason.MODIFIED_BEFORE_WINDOW
        if self.modified_before is not None and modified_at >= self.modified_before:
            return SkipReason.MODIFIED_AFTER_WINDOW
        return None
