"""Holds a job's files against its manifest, line by line, duplicates included."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from .image_failure import BAD_RESULT_LINE, UNACCOUNTED
from .outcomes import ImageFailure
from .results import BadLine, ImageResult
from .summary import ImageError

__all__ = ["Account"]

#: Possessive: what comes back for another try is kept for each byte, and a line may have megabytes.
_SOURCE_REF: Final = re.compile(rb'"source-ref"\s*+:\s*+("(?:[^"\\]++|\\.)*+")')


class Account:
    """
    The lines of one manifest that wait for their outcome; memory grows with the shard, not with the night.

    :param lines: The uri of each line, in order; ``None`` for a line that has none. For a manifest that is
        gone, ``None`` instead of lines.
    """

    def __init__(self, lines: Sequence[str | None] | None) -> None:
        self._lines = lines
        self._waiting = Counter(line for line in lines or () if line is not None)
        self._unreadable = sum(line is None for line in lines or ())
        self._settled = 0
        #: Results whose image is not in the manifest, or more often than the manifest has it.
        self.unexpected = 0

    def settle_results(self, results: Iterable[ImageResult]) -> None:
        """Take analyzed images off the waiting lines."""
        waiting = self._waiting
        for result in results:
            self._settled += 1
            left = waiting.get(result.source_ref)
            if left is None:
                self.unexpected += self._lines is not None
            elif left == 1:
                del waiting[result.source_ref]
            else:
                waiting[result.source_ref] = left - 1

    def settle_error(self, error: ImageError) -> ImageFailure:
        """Take an image of the summary off the waiting lines; one without a uri by its line number."""
        uri = error.source_ref if error.source_ref is not None else self._uri_at(error.line_number)
        is_line = self._lines is None or self._take(uri)
        return ImageFailure(uri, error.code, error.message, error.line_number, is_line=self._count(is_line))

    def settle_bad_line(self, line: BadLine) -> ImageFailure:
        """Take the image of a damaged result off the waiting lines, where its rest still tells which."""
        uri = _salvage(line.raw)
        is_line = self._lines is None or (uri is not None and self._take(uri))
        return ImageFailure(
            uri, BAD_RESULT_LINE, line.problem, line.line_number, is_line=self._count(is_line)
        )

    def iter_unaccounted(self, total_lines: int | None) -> Iterator[ImageFailure]:
        """
        Tell of every line that still waits.

        :param total_lines: What the summary says, for a manifest that is gone.
        """
        message = "neither the results nor the summary mentions it"
        for uri, times in self._waiting.items():
            yield from [ImageFailure(uri, UNACCOUNTED, message)] * times
        left = self._unreadable if self._lines is not None else max(0, (total_lines or 0) - self._settled)
        yield from [ImageFailure(None, UNACCOUNTED, message)] * left

    def _take(self, uri: str | None) -> bool:
        if uri is None:
            has_room = self._unreadable > 0
            self._unreadable -= has_room
            return has_room
        if uri not in self._waiting:
            return False
        self._waiting[uri] -= 1
        if not self._waiting[uri]:
            del self._waiting[uri]
        return True

    def _count(self, is_line: bool) -> bool:  # noqa: FBT001 a value handed through
        self._settled += is_line
        return is_line

    def _uri_at(self, line_number: int | None) -> str | None:
        """AWS does not say whether it counts from 0 or 1: the line that still waits is meant."""
        for index in () if line_number is None else (line_number - 1, line_number):
            uri = self._lines[index] if self._lines and 0 <= index < len(self._lines) else None
            if uri is not None and uri in self._waiting and not self._unreadable:
                return uri
        return None


def _salvage(raw: bytes) -> str | None:
    found = _SOURCE_REF.search(raw)
    try:
        return msgspec.json.decode(found[1], type=str) if found else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
