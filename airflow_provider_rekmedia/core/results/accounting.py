"""
Matches the results and errors of a job with the lines of its manifest, including duplicates.

They match by the exact text of the uri, once per line (unknown: duplicate-images, key-characters).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from airflow_provider_rekmedia.core.facts.catalog import answer
from airflow_provider_rekmedia.core.images.manifest import decode_manifest_line
from airflow_provider_rekmedia.core.json_files import JSON_DECODE_ERRORS

from .image_result import BadLine, ImageResult
from .outcomes import BAD_RESULT_LINE, UNACCOUNTED, ImageFailure
from .summary import ImageError

__all__ = ["Account", "AccountWithoutManifest", "only_source_ref"]

#: Possessive quantifiers: backtracking would store a state for each byte, and a line may have megabytes.
_SOURCE_REF: Final = re.compile(rb'"source-ref"\s*+:\s*+("(?:[^"\\]++|\\.)*+")')
_MESSAGE: Final = "neither the results nor the summary mentions it"


class Account:
    """
    The lines of one manifest that have no outcome yet. Memory grows with the shard, not with the run.

    :param lines: All lines of the manifest, including blank ones, because the summary may number them
        (unknown: blank-line-numbers).
    :param total_lines: The number of lines by the summary; ``None`` if it does not say. If it counts blank
        lines, they are lines that cannot be parsed (unknown: blank-lines, summary-counts).
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
        all_lines = len(self._uris)
        if total_lines == all_lines:
            self._unreadable |= self._blank
            self._blank = set()
        self._pending = Counter(uri for uri in self._uris if uri is not None)
        #: Whether the summary is of another manifest.
        self.contradicts_summary = (
            total_lines is not None and not all_lines - len(self._blank) <= total_lines <= all_lines
        )
        #: Results of images that the manifest does not have, or has fewer times.
        self.unexpected = 0

    def settle_results(self, results: Iterable[ImageResult]) -> None:
        """Remove analyzed images from the pending lines."""
        pending = self._pending
        for result in results:
            left = pending.get(result.source_ref)
            if left is None:
                self.unexpected += 1
            elif left == 1:
                del pending[result.source_ref]
            else:
                pending[result.source_ref] = left - 1

    def settle_bad_line(self, line: BadLine) -> ImageFailure:
        """
        Remove the image of a damaged result from the pending lines, if its uri can be recovered.

        Call it after the results: one of them may be of the same image.
        """
        uri = _recover_uri(line.raw)
        return _damaged(line, uri, is_line=self._remove(uri))

    def settle_errors(self, errors: Sequence[ImageError]) -> list[ImageFailure]:
        """
        Remove the images of the summary's errors from the pending lines. Call it after the results.

        Errors with a uri come first, then errors whose line number matches a pending line. So no error uses
        the line of another one. Each other error stands for any line that cannot be parsed.

        :return: One failure for each error, in their order.
        """
        failures: dict[int, ImageFailure] = {}
        for place, error in enumerate(errors):
            if error.source_ref is not None:
                failures[place] = _failed(error, error.source_ref, is_line=self._remove(error.source_ref))
        index_of = self._choose_numbering(errors)
        for place, error in enumerate(errors):
            index = _index(error, index_of)
            if place not in failures and index is not None and self._is_pending(index):
                failures[place] = _failed(error, self._remove_at(index), is_line=True)
        for place, error in enumerate(errors):
            if place not in failures:
                failures[place] = _failed(error, None, is_line=self._remove_any_unreadable())
        return [failures[place] for place in range(len(errors))]

    def iter_unaccounted(self) -> Iterator[ImageFailure]:
        """Return one failure for each line that is still pending."""
        for uri, times in self._pending.items():
            yield from [ImageFailure(uri, UNACCOUNTED, _MESSAGE)] * times
        yield from [ImageFailure(None, UNACCOUNTED, _MESSAGE)] * len(self._unreadable)

    def _choose_numbering(self, errors: Iterable[ImageError]) -> Mapping[int, int]:
        """
        Choose the numbering of lines that fits the most errors.

        AWS does not document if line numbers start at 1 or 0, and if blank lines have numbers. A settled
        answer (unknown: first-line-number) decides between numberings that fit equally.
        """
        firsts = (0, 1) if answer("first-line-number") == "0" else (1, 0)
        all_lines = range(len(self._uris))
        not_blank = [index for index in all_lines if index not in self._blank]
        numberings = [dict(enumerate(lines, first)) for lines in (all_lines, not_blank) for first in firsts]
        return max(numberings, key=lambda index_of: sum(self._fits(error, index_of) for error in errors))

    def _fits(self, error: ImageError, index_of: Mapping[int, int]) -> bool:
        index = _index(error, index_of)
        if index is None:
            return False
        return self._is_pending(index) if error.source_ref is None else self._uris[index] == error.source_ref

    def _is_pending(self, index: int) -> bool:
        return index in self._unreadable or self._uris[index] in self._pending

    def _remove_at(self, index: int) -> str | None:
        self._unreadable.discard(index)
        uri = self._uris[index]
        self._remove(uri)
        return uri

    def _remove(self, uri: str | None) -> bool:
        if uri is None or uri not in self._pending:
            return False
        self._pending[uri] -= 1
        if not self._pending[uri]:
            del self._pending[uri]
        return True

    def _remove_any_unreadable(self) -> bool:
        if not self._unreadable:
            return False
        self._unreadable.pop()
        return True


class AccountWithoutManifest:
    """
    The outcomes of a job whose manifest is not available: the results and the summary are counted.

    :param total_lines: The number of lines by the summary; ``None`` if it does not say.
    """

    #: Always 0: without a manifest, no result is unexpected.
    unexpected: Final = 0

    def __init__(self, total_lines: int | None) -> None:
        self._left = total_lines or 0
        self._analyzed: set[str] = set()

    def settle_results(self, results: Sequence[ImageResult]) -> None:
        """Count analyzed images and keep their uris. Memory grows with the shard."""
        self._left -= len(results)
        self._analyzed.update(result.source_ref for result in results)

    def settle_bad_line(self, line: BadLine) -> ImageFailure:
        """Count a damaged result, unless its image has a result. Call it after the results."""
        uri = _recover_uri(line.raw)
        return _damaged(line, uri, is_line=self._remove(uri))

    def settle_errors(self, errors: Sequence[ImageError]) -> list[ImageFailure]:
        """Count the errors of the summary, except of images that have a result. Call it after the results."""
        return [_failed(error, error.source_ref, is_line=self._remove(error.source_ref)) for error in errors]

    def iter_unaccounted(self) -> Iterator[ImageFailure]:
        """Return one failure for all other lines. Only their number is known, from the summary."""
        if self._left > 0:
            message = f"neither the results nor the summary mentions {self._left} of its lines"
            yield ImageFailure(None, UNACCOUNTED, message, lines=self._left)

    def _remove(self, uri: str | None) -> bool:
        is_line = uri not in self._analyzed
        self._left -= is_line
        return is_line


def only_source_ref(line: BadLine) -> BadLine:
    """Reduce a damaged line to the member with its uri, so that many damaged lines fit into memory."""
    found = _SOURCE_REF.search(line.raw)
    return replace(line, raw=found[0] if found else b"")


def _failed(error: ImageError, uri: str | None, *, is_line: bool) -> ImageFailure:
    return ImageFailure(uri, error.code, error.message, error.line_number, lines=int(is_line))


def _damaged(line: BadLine, uri: str | None, *, is_line: bool) -> ImageFailure:
    return ImageFailure(uri, BAD_RESULT_LINE, line.problem, line.line_number, lines=int(is_line))


def _index(error: ImageError, index_of: Mapping[int, int]) -> int | None:
    return None if error.line_number is None else index_of.get(error.line_number)


def _recover_uri(raw: bytes) -> str | None:
    found = _SOURCE_REF.search(raw)
    try:
        return msgspec.json.decode(found[1], type=str) if found else None
    except JSON_DECODE_ERRORS:
        return None
