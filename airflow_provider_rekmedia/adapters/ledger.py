"""
Stores the ledger in S3 as immutable segments: one per job, merged into larger ones from time to time.

The protocol, which needs neither locks nor clocks:

- A commit writes one segment, and nothing else.
- A merge reads its inputs, writes a segment that has their entries, then the merge marker, and only then
  deletes its inputs. The marker is different after each merge.
- A reader reads the marker, lists the segments, and reads the marker again. If it changed, the reader lists
  again. Then it copies the segments. If one is gone, it lists again.

So a reader with an unchanged marker has a complete list. A merge that wrote the marker before the reader
began had written its segment too, so the list has it. A merge that writes the marker later deletes its
inputs later, so the list has those.
"""

import hashlib
import io
import logging
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, Unavailable
from airflow_provider_rekmedia.core.images.ledger import LedgerEntry, iter_merged, plan_compaction
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .ledger_files import iter_entries, iter_merged_copies, write_entries
from .progress_log import iter_with_progress

__all__ = ["Ledger"]

_LOG = logging.getLogger(__name__)

#: More segments than this are merged.
_MAX_SEGMENTS: Final = 32
#: Digits of a digest in a key: a job has few segments.
_DIGITS: Final = 16
#: How often a reader lists the segments, if other runs merge them at the same time.
_MAX_LISTINGS: Final = 20


class Ledger:
    """
    The images that were analyzed, under a prefix that the user chose.

    No segment is changed in place. A commit is named by its job and its bytes. If it is repeated, it writes
    the same object; if it has other entries, it writes a second object beside the first. So no entry is lost
    if a worker dies between two steps, or if several workers write at the same time.

    :param prefix: The prefix of the ledger; the segments are in ``entries/`` below it.
    """

    def __init__(self, objects: S3Objects, prefix: S3Uri) -> None:
        self._objects = objects
        self._segments = prefix.join("entries/")
        self._marker = prefix.join("last_merge.json")

    def commit(self, job_id: str, entries: Iterable[LedgerEntry]) -> S3Uri:
        """
        Write the entries of one job. Entries of an earlier commit of the same job stay.

        :param entries: In any order; they are kept in memory, at most one shard.
        """
        with tempfile.TemporaryFile(prefix="rekmedia-") as file:
            write_entries(file, sorted(entries, key=lambda entry: entry.order))
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
        with tempfile.TemporaryDirectory(prefix="rekmedia-") as folder, ExitStack() as files:
            copies = self._copy_segments(Path(folder))
            names = {copy: str(uri) for uri, copy in copies.items()}
            yield iter_merged_copies(copies.values(), names, files)

    def check_readable(self) -> int:
        """
        Read the smallest of the first segments, and return how many segments were listed, at most 1,000.

        :raises UnreadableLedger: The segment is damaged.
        :raises ServiceError: S3 refused.
        """
        self._objects.read_or_none(self._marker)
        segments = self._objects.list_first(self._segments).found
        if segments:
            smallest = min(segments, key=lambda segment: segment.size_bytes or 0).uri
            with self._objects.spooled(smallest) as copy:
                for _ in iter_entries(copy, str(smallest)):
                    pass
        return len(segments)

    def compact(self) -> None:
        """
        Merge segments if there are many; readers do not need it.

        :raises UnreadableLedger: As :meth:`entries`.
        :raises ServiceError: S3 refused.
        """
        # The list is not read again: two runs that merge each other's segments would not end.
        sizes = {
            segment.uri: segment.size_bytes or 0 for segment in self._objects.iter_objects(self._segments)
        }
        while inputs := _choose_inputs(sizes):
            names = hashlib.sha256("\n".join(map(str, inputs)).encode()).hexdigest()
            merged = self._segments.join(f"merged-{names}.jsonl.gz")
            try:
                size_bytes = self._write_merged(merged, inputs)
            except ObjectUnreadable:
                return  # another run is merging the same segments
            marker = {"version": 1, "id": uuid.uuid4().hex, "merged": str(merged)}
            self._objects.put(self._marker, msgspec.json.encode(marker), "application/json")
            for uri in inputs:
                self._objects.delete(uri)
                del sizes[uri]
            sizes[merged] = size_bytes
            _LOG.info("Merged %d segments of the ledger into %s", len(inputs), merged)

    def _write_merged(self, merged: S3Uri, inputs: Iterable[S3Uri]) -> int:
        """Write a segment with the entries of others, and return its size in bytes."""
        with ExitStack() as files, tempfile.TemporaryFile(prefix="rekmedia-") as file:
            copies = [(files.enter_context(self._objects.spooled(uri)), str(uri)) for uri in inputs]
            write_entries(file, iter_merged([iter_entries(copy, name) for copy, name in copies]))
            size_bytes = file.seek(0, io.SEEK_END)
            file.seek(0)
            self._objects.put(merged, file, "application/gzip")
        return size_bytes

    def _copy_segments(self, folder: Path) -> dict[S3Uri, Path]:
        """
        Copy every segment of a complete list.

        Segments of an earlier list that were merged meanwhile stay among the copies. They only repeat
        entries.
        """
        copies: dict[S3Uri, Path] = {}
        gone: ObjectUnreadable | None = None
        for _ in range(_MAX_LISTINGS):
            listed = self._list_or_none()
            if listed is None:
                continue
            gone = None
            missing = [uri for uri in listed if uri not in copies]
            for uri in iter_with_progress(missing, "Files of the ledger copied"):
                try:
                    copies[uri] = self._copy(uri, folder / f"{len(copies)}.jsonl.gz")
                except ObjectUnreadable as error:
                    gone = error
            if gone is None:
                return copies
        raise gone or Unavailable(
            operation="ListObjectsV2",
            code="LedgerMerged",
            message=f"the ledger was merged while it was listed, {_MAX_LISTINGS} times",
            target=str(self._segments),
        )

    def _list_or_none(self) -> list[S3Uri] | None:
        """List the segments; ``None`` if a merge could make the list incomplete."""
        marker = self._objects.read_or_none(self._marker)
        segments = [segment.uri for segment in self._objects.iter_objects(self._segments)]
        return segments if self._objects.read_or_none(self._marker) == marker else None

    def _copy(self, uri: S3Uri, target: Path) -> Path:
        with self._objects.spooled(uri) as copy, target.open("wb") as file:
            shutil.copyfileobj(copy, file)
        return target


def _choose_inputs(sizes: Mapping[S3Uri, int]) -> list[S3Uri]:
    """Return the segments to merge into one; empty if there are few."""
    uris = sorted(sizes, key=str)
    chosen = plan_compaction([sizes[uri] for uri in uris], max_segments=_MAX_SEGMENTS)
    return [uris[position] for position in sorted(chosen)]
