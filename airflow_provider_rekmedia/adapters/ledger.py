"""Stores the ledger in S3 as immutable segments: one per job, merged into larger ones from time to time."""

import gzip
import hashlib
import io
import logging
import tempfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, UnreadableLedger
from airflow_provider_rekmedia.core.images.ledger import (
    MAX_MERGED_SEGMENTS,
    LedgerEntry,
    decode_entry,
    encode_entry,
    iter_merged,
    plan_compaction,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .progress_log import iter_with_progress

__all__ = ["Ledger"]

_LOG = logging.getLogger(__name__)

#: More segments than this are merged.
_MAX_SEGMENTS: Final = 32
#: Digits of a digest in a key: a job has few segments.
_DIGITS: Final = 16
#: How often a reader starts again after another run merged the segments that it was reading.
_MAX_TRIES: Final = 5


class Ledger:
    """
    The images that were analyzed, under a prefix that the user chose.

    No object is changed in place. A commit writes one object, named by its job and its bytes. If it is
    repeated, it writes the same object; if it has other entries, it writes a second object beside the first.
    A merge writes one object, and then deletes its inputs. So no entry is lost if a worker dies between two
    steps, or if several workers write at the same time.

    :param prefix: The prefix of the ledger; the segments are in ``entries/`` below it.
    """

    def __init__(self, objects: S3Objects, prefix: S3Uri) -> None:
        self._objects = objects
        self._segments = prefix.join("entries/")

    def commit(self, job_id: str, entries: Iterable[LedgerEntry]) -> S3Uri:
        """
        Write the entries of one job. Entries of an earlier commit of the same job stay.

        :param entries: In any order; they are kept in memory, at most one shard.
        """
        with tempfile.TemporaryFile(prefix="rekmedia-") as file:
            _write(file, sorted(entries, key=lambda entry: entry.order))
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]
            file.seek(0)
            uri = self._segments.join(f"{job_id}-{digest}.jsonl.gz")
            self._objects.put(uri, file, "application/gzip")
        return uri

    @contextmanager
    def entries(self) -> Iterator[Iterator[LedgerEntry]]:
        """
        Read the ledger as one stream in the order of bucket and key bytes; segments are copied to local disk.

        :raises UnreadableLedger: A segment is damaged. It is never skipped.
        :raises ServiceError: S3 refused.
        """
        with tempfile.TemporaryDirectory(prefix="rekmedia-") as folder, self._open(Path(folder)) as segments:
            yield iter_merged(segments)

    def compact(self) -> None:
        """
        Merge segments if there are many; readers do not need it.

        :raises UnreadableLedger: As :meth:`entries`.
        :raises ServiceError: S3 refused.
        """
        while chosen := self._choose():
            with ExitStack() as files, tempfile.TemporaryFile(prefix="rekmedia-") as file:
                try:
                    _write(file, iter_merged([self._read(uri, files) for uri in chosen]))
                except ObjectUnreadable:
                    return  # another run is merging the same segments
                names = hashlib.sha256("\n".join(map(str, chosen)).encode()).hexdigest()
                uri = self._segments.join(f"merged-{names}.jsonl.gz")
                self._objects.put(uri, file, "application/gzip")
            for uri_of_input in chosen:
                self._objects.delete(uri_of_input)
            _LOG.info("Merged %d segments of the ledger into %s", len(chosen), uri)

    def _choose(self) -> list[S3Uri]:
        segments = list(self._objects.iter_objects(self._segments))
        chosen = plan_compaction(
            [segment.size_bytes or 0 for segment in segments], max_segments=_MAX_SEGMENTS
        )
        return [segments[position].uri for position in sorted(chosen)]

    @contextmanager
    def _open(self, folder: Path) -> Iterator[list[Iterator[LedgerEntry]]]:
        for tries_left in reversed(range(_MAX_TRIES)):
            with ExitStack() as files:
                try:
                    copied = (self._read(segment, files) for segment in self._openable_segments(folder))
                    segments = list(iter_with_progress(copied, "Files of the ledger copied"))
                except ObjectUnreadable:
                    if not tries_left:
                        raise
                else:
                    yield segments
                    return

    def _openable_segments(self, folder: Path) -> Iterable[S3Uri | Path]:
        """Return the segments; if they are too many to be open at once, merge the smallest on local disk."""
        found = sorted(
            self._objects.iter_objects(self._segments), key=lambda segment: segment.size_bytes or 0
        )
        segments: deque[S3Uri | Path] = deque(segment.uri for segment in found)
        while len(segments) > MAX_MERGED_SEGMENTS:
            merged = folder / f"{len(segments)}.jsonl.gz"
            with ExitStack() as files, merged.open("wb") as file:
                count = min(MAX_MERGED_SEGMENTS, len(segments) - MAX_MERGED_SEGMENTS + 1)
                _write(file, iter_merged([self._read(segments.popleft(), files) for _ in range(count)]))
            segments.append(merged)
        return segments

    def _read(self, segment: S3Uri | Path, files: ExitStack) -> Iterator[LedgerEntry]:
        copy = segment.open("rb") if isinstance(segment, Path) else self._objects.spooled(segment)
        return _iter_entries(files.enter_context(copy), str(segment))


def _iter_entries(file: IO[bytes], uri: str) -> Iterator[LedgerEntry]:
    try:
        with gzip.open(file) as lines:
            for line in lines:
                yield decode_entry(line, uri)
    except (OSError, EOFError, zlib.error) as problem:
        raise UnreadableLedger(uri=uri, problem=problem) from problem


def _write(file: IO[bytes], entries: Iterable[LedgerEntry]) -> None:
    # Without name and time in the header, the same entries have the same bytes.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=5, fileobj=file, mtime=0) as lines:
        buffered = io.BufferedWriter(lines, 1 << 16)
        for entry in iter_with_progress(entries, "Entries of the ledger written", step=1000):
            buffered.write(encode_entry(entry))
        buffered.flush()
    file.seek(0)
