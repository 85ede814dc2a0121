"""Holds a job's files against its manifest, line by line, duplicates included."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from airflow_provider_rekmedia.core.images.manifest import decode_manifest_line

from .image_result import BadLine, ImageResult
from .outcomes import BAD_RESULT_LINE, UNACCOUNTED, ImageFailure
from .summary import ImageError

__all__ = ["Account", "AccountWithoutManifest"]

#: Possessive: what comes back for another try is kept for each byte, and a line may have megabytes.
_SOURCE_REF: Final = re.compile(rb'"source-ref"\s*+:\s*+("(?:[^"\\]++|\\.)*+")')
_MESSAGE: Final = "neither the results nor the summary mentions it"


class Account:
    """
    The lines of one manifest that wait for their outcome; memory grows with the shard, not with the night.

    :param lines: The manifest's, blank ones too, for the summary may number them.
    :param total_lines: How many the summary says they are; ``None`` where it does not. Where it counts the
        blank ones, they are lines that cannot be read.
    """

    def __init__(self, lines: Iterable[bytes], total_lines: int | None) -> None:
        self._uris: list[str | None] = []
        self._unreadable: set[int] = set()
        self._blank: set[int] = set()
        for index, line in enumerate(lines):
            uri = decode_manifest_line(line)
            self._uris.append(uri)
            if uri is None:
                (self._unreadable if line.strip() else self._blank).add(index)
        most = len(self._uris)
        if total_lines == most:
            self._unreadable |= self._blank
            self._blank = set()
        self._waiting = Counter(uri for uri in self._uris if uri is not None)
        #: Whether the summary speaks of another manifest.
        self.contradicts_summary = (
            total_lines is not None and not most - len(self._blank) <= total_lines <= most
        )
        #: Results whose image is not in the manifest, or more often than the manifest has it.
        self.unexpected = 0

    def settle_results(self, results: Iterable[ImageResult]) -> None:
        """Take analyzed images off the waiting lines."""
        waiting = self._waiting
        for result in results:
            left = waiting.get(result.source_ref)
            if left is None:
                self.unexpected += 1
            elif left == 1:
                del waiting[result.source_ref]
            else:
                waiting[result.source_ref] = left - 1

    def settle_bad_line(self, line: BadLine) -> ImageFailure:
        """Take the image of a damaged result off the waiting lines, where its rest still tells which."""
        uri = _salvage(line.raw)
        return _damaged(line, uri, is_line=self._take(uri))

    def settle_errors(self, errors: Sequence[ImageError]) -> list[ImageFailure]:
        """
        Take the images of the summary's errors off the waiting lines, after the results.

        First those with a uri; then those of which a number tells the line, so that none takes another's.
        What is left stands for a line that cannot be read, whichever.

        :return: In the order given.
        """
        told: dict[int, ImageFailure] = {}
        for place, error in enumerate(errors):
            if error.source_ref is not None:
                told[place] = _failed(error, error.source_ref, is_line=self._take(error.source_ref))
        index_of = self._numbering(errors)
        for place, error in enumerate(errors):
            index = _index(error, index_of)
            if place not in told and index is not None and self._waits(index):
                told[place] = _failed(error, self._take_at(index), is_line=True)
        for place, error in enumerate(errors):
            if place not in told:
                told[place] = _failed(error, None, is_line=self._take_any_unreadable())
        return [told[place] for place in range(len(errors))]

    def iter_unaccounted(self) -> Iterator[ImageFailure]:
        """Tell of every line that still waits."""
        for uri, times in self._waiting.items():
            yield from [ImageFailure(uri, UNACCOUNTED, _MESSAGE)] * times
        yield from [ImageFailure(None, UNACCOUNTED, _MESSAGE)] * len(self._unreadable)

    def _numbering(self, errors: Iterable[ImageError]) -> Mapping[int, int]:
        """
        Find how the summary numbers lines: what fits most of its errors is meant.

        AWS does not say whether it counts from 1 or from 0, and whether it counts blank lines.
        """
        every = range(len(self._uris))
        written = [index for index in every if index not in self._blank]
        numberings = [dict(enumerate(lines, first)) for lines in (every, written) for first in (1, 0)]
        return max(numberings, key=lambda index_of: sum(self._fits(error, index_of) for error in errors))

    def _fits(self, error: ImageError, index_of: Mapping[int, int]) -> bool:
        index = _index(error, index_of)
        if index is None:
            return False
        return self._waits(index) if error.source_ref is None else self._uris[index] == error.source_ref

    def _waits(self, index: int) -> bool:
        return index in self._unreadable or self._uris[index] in self._waiting

    def _take_at(self, index: int) -> str | None:
        self._unreadable.discard(index)
        uri = self._uris[index]
        self._take(uri)
        return uri

    def _take(self, uri: str | None) -> bool:
        if uri is None or uri not in self._waiting:
            return False
        self._waiting[uri] -= 1
        if not self._waiting[uri]:
            del self._waiting[uri]
        return True

    def _take_any_unreadable(self) -> bool:
        if not self._unreadable:
            return False
        self._unreadable.pop()
        return True


class AccountWithoutManifest:
    """
    What becomes of a job's images when nobody can say what its manifest had: what the files say counts.

    :param total_lines: How many lines the summary says the manifest had; ``None`` where it does not.
    """

    #: Nothing says which images are to be expected.
    unexpected: Final = 0

    def __init__(self, total_lines: int | None) -> None:
        self._left = total_lines or 0
        self._analyzed: set[str] = set()

    def settle_results(self, results: Sequence[ImageResult]) -> None:
        """Remember analyzed images; memory grows with the shard."""
        self._left -= len(results)
        self._analyzed.update(result.source_ref for result in results)

    def settle_bad_line(self, line: BadLine) -> ImageFailure:
        """Count a damaged result."""
        uri = _salvage(line.raw)
        return _damaged(line, uri, is_line=self._take(uri))

    def settle_errors(self, errors: Sequence[ImageError]) -> list[ImageFailure]:
        """Count the summary's errors, after the results: an image that has one was analyzed."""
        return [_failed(error, error.source_ref, is_line=self._take(error.source_ref)) for error in errors]

    def iter_unaccounted(self) -> Iterator[ImageFailure]:
        """Tell of all other lines at once: nobody can name them, and their number is the summary's word."""
        if self._left > 0:
            message = f"neither the results nor the summary mentions {self._left} of its lines"
            yield ImageFailure(None, UNACCOUNTED, message, lines=self._left)

    def _take(self, uri: str | None) -> bool:
        is_line = uri not in self._analyzed
        self._left -= is_line
        return is_line


def _failed(error: ImageError, uri: str | None, *, is_line: bool) -> ImageFailure:
    return ImageFailure(uri, error.code, error.message, error.line_number, lines=int(is_line))


def _damaged(line: BadLine, uri: str | None, *, is_line: bool) -> ImageFailure:
    return ImageFailure(uri, BAD_RESULT_LINE, line.problem, line.line_number, lines=int(is_line))


def _index(error: ImageError, index_of: Mapping[int, int]) -> int | None:
    return None if error.line_number is None else index_of.get(error.line_number)


def _salvage(raw: bytes) -> str | None:
    found = _SOURCE_REF.search(raw)
    try:
        return msgspec.json.decode(found[1], type=str) if found else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
