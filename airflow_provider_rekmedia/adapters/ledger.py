"""The ledger's segments in S3: immutable, each written by one job, merged into larger ones now and then."""

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
_MOST_SEGMENTS: Final = 32
#: Digits of a digest in a key: a job has few segments.
_DIGITS: Final = 16
#: How often a reader begins again because another run has merged what it was about to read.
_MOST_TRIES: Final = 5


class Ledger:
    """
    What has been analyzed, under a prefix of the user's.

    Nothing is ever changed in place. A commit writes one object, named after its job and its bytes: repeated,
    it is the same object, and one that knows less than an earlier one lies beside it. A merge writes one
    object and then deletes what went into it. Whatever dies between two of these steps, and whoever else is
    at work, no entry is lost.

    :param prefix: Under which the segments are, in ``entries/``.
    """

    def __init__(self, objects: S3Objects, prefix: S3Uri) -> None:
        self._objects = objects
        self._segments = prefix.join("entries/")

    def commit(self, job_id: str, entries: Iterable[LedgerEntry]) -> S3Uri:
        """
        Write what one job found: the set of entries only grows, whatever the same job found before.

        :param entries: In any order; held in memory, as a shard's images may be.
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
        Read the whole ledger as one stream by bucket and key bytes; the segments are copied to local disk.

        :raises UnreadableLedger: A segment is damaged. It is never taken for absent.
        :raises ServiceError: S3 refused.
        """
        with tempfile.TemporaryDirectory(prefix="rekmedia-") as folder, self._open(Path(folder)) as segments:
            yield iter_merged(segments)

    def compact(self) -> None:
        """
        Merge segments where there are many; a reader may do without.

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
            for each in chosen:
                self._objects.delete(each)
            _LOG.info("Merged %d segments of the ledger into %s", len(chosen), uri)

    def _choose(self) -> list[S3Uri]:
        segments = list(self._objects.iter_objects(self._segments))
        chosen = plan_compaction([each.size_bytes or 0 for each in segments], max_segments=_MOST_SEGMENTS)
        return [segments[position].uri for position in sorted(chosen)]

    @contextmanager
    def _open(self, folder: Path) -> Iterator[list[Iterator[LedgerEntry]]]:
        for tries_left in reversed(range(_MOST_TRIES)):
            with ExitStack() as files:
                try:
                    copied = (self._read(each, files) for each in self._few(folder))
                    segments = list(iter_with_progress(copied, "Files of the ledger copied"))
                except ObjectUnreadable:
                    if not tries_left:
                        raise
                else:
                    yield segments
                    return

    def _few(self, folder: Path) -> Iterable[S3Uri | Path]:
        """Name the segments; where they are too many to be open at once, merge the smallest on local disk."""
        found = sorted(self._objects.iter_objects(self._segments), key=lambda each: each.size_bytes or 0)
        segments: deque[S3Uri | Path] = deque(each.uri for each in found)
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
    # No name and no time in the header: the same entries are the same bytes.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=5, fileobj=file, mtime=0) as lines:
        buffered = io.BufferedWriter(lines, 1 << 16)
        for entry in iter_with_progress(entries, "Entries of the ledger written", step=1000):
            buffered.write(encode_entry(entry))
        buffered.flush()
    file.seek(0)
