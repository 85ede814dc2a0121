"""Reads and writes segments of the ledger on local disk, and merges them there."""

import io
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

from airflow_provider_rekmedia.core.errors import UnreadableLedger
from airflow_provider_rekmedia.core.images.ledger import (
    MAX_MERGED_SEGMENTS,
    LedgerEntry,
    decode_entry,
    encode_entry,
    iter_merged,
)

from .gzip_files import gzip_writer, iter_gzip_lines
from .progress_log import iter_with_progress

__all__ = ["iter_entries", "iter_merged_copies", "write_entries"]

_COMPRESSION: Final = 5


def iter_entries(file: IO[bytes], name: str) -> Iterator[LedgerEntry]:
    """
    Read a segment, lazily.

    :param name: The segment's uri, for the error.
    :raises UnreadableLedger: The segment is damaged.
    """
    for line in iter_gzip_lines(file, name, UnreadableLedger):
        yield decode_entry(line, name)


def write_entries(file: IO[bytes], entries: Iterable[LedgerEntry]) -> None:
    """
    Write a segment, and go back to the start of the file.

    :param entries: Sorted by ``order``.
    """
    with gzip_writer(file, _COMPRESSION) as lines:
        buffered = io.BufferedWriter(lines, 1 << 16)
        for entry in iter_with_progress(entries, "Entries of the ledger written", step=1000):
            buffered.write(encode_entry(entry))
        buffered.flush()
    file.seek(0)


def iter_merged_copies(
    copies: Iterable[Path], names: dict[Path, str], files: ExitStack
) -> Iterator[LedgerEntry]:
    """
    Merge copies of segments into one stream.

    If they are too many to be open at once, the smallest are merged into files first.

    :param copies: Files that may be deleted; merged files are written beside them.
    :param names: The uri of each copy, for errors.
    :param files: Closes the files that are still open.
    """
    waiting = deque(sorted(copies, key=lambda copy: copy.stat().st_size))
    while len(waiting) > MAX_MERGED_SEGMENTS:
        count = min(MAX_MERGED_SEGMENTS, len(waiting) - MAX_MERGED_SEGMENTS + 1)
        smallest = [waiting.popleft() for _ in range(count)]
        merged = smallest[0].with_name(f"merged-{len(waiting)}")  # fewer are left each time
        with ExitStack() as inputs, merged.open("wb") as file:
            write_entries(file, iter_merged([_open(copy, names, inputs) for copy in smallest]))
        for copy in smallest:
            copy.unlink()
        waiting.append(merged)
    return iter_merged([_open(copy, names, files) for copy in waiting])


def _open(copy: Path, names: dict[Path, str], files: ExitStack) -> Iterator[LedgerEntry]:
    return iter_entries(files.enter_context(copy.open("rb")), names.get(copy, str(copy)))
