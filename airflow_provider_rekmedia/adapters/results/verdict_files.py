"""Writes and reads verdict files: gzipped JSON Lines of the images that are not allowed, worst first."""

import hashlib
import io
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from itertools import chain, count, islice
from pathlib import Path
from typing import IO, Final, Self

from airflow_provider_rekmedia.adapters.gzip_files import gzip_writer, iter_gzip_lines
from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import UnreadableVerdicts
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import (
    ROWS_PER_FILE,
    VerdictFileSet,
    VerdictRow,
    decode_verdict_row,
    encode_verdict_row,
)

__all__ = ["VerdictFiles", "iter_verdict_rows"]

_DIGITS: Final = 16
#: Level 5 takes twice the time of level 1 and saves a tenth of the size.
_COMPRESSION: Final = 1

# No index: SQLite sorts on local disk when the rows are read. See sorted_images.
_TABLE: Final = "CREATE TABLE verdicts (severity INTEGER, confidence REAL, number INTEGER, line BLOB)"
_INSERT: Final = "INSERT INTO verdicts VALUES (?, ?, ?, ?)"
_SELECT: Final = "SELECT line FROM verdicts ORDER BY severity DESC, confidence DESC NULLS LAST, number"


def iter_verdict_rows(uris: Iterable[str], objects: S3Objects) -> Iterator[VerdictRow]:
    """
    Read verdict files, lazily, in their order: the worst image comes first.

    :param uris: The ``uris`` of the XCom ``verdicts``.
    :raises ServiceError: S3 refused.
    :raises UnreadableVerdicts: A file is damaged. A damaged row is never skipped.
    """
    for uri in uris:
        with objects.spooled(parse_s3_uri(uri)) as file:
            for line in iter_gzip_lines(file, uri, UnreadableVerdicts):
                yield decode_verdict_row(line, uri)


class VerdictFiles:
    """
    The verdict files of one task, on local disk until :meth:`write`. Use it as a context manager.

    :param folder: The prefix of the files, see :func:`verdict_file.verdict_folder`.
    """

    def __init__(self, objects: S3Objects, folder: S3Uri) -> None:
        self._objects = objects
        self._folder = folder
        self._stack = ExitStack()
        self._number = count()
        self._rows = 0

    def __enter__(self) -> Self:
        local = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="rekmedia-"))
        self._local = Path(local)
        self._database = self._stack.enter_context(closing(sqlite3.connect(self._local / "rows.sqlite")))
        # The file is temporary: it needs no journal, and no sync to disk.
        for setting in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute(_TABLE)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, rows: Iterable[VerdictRow]) -> None:
        """Add images, in any order; of two equally bad images, the earlier one stays first."""
        number = self._number
        values = (
            (row.verdict.severity, row.confidence, next(number), encode_verdict_row(row)) for row in rows
        )
        self._rows += self._database.executemany(_INSERT, values).rowcount

    def write(self, *, run_images: int | None = None) -> VerdictFileSet:
        """
        Upload the files, of at most 50,000 rows each.

        Their names contain a digest of all rows, so a file is never replaced by another one. A file that
        exists is not written again: with SSE-KMS its ETag would change.

        :param run_images: All images of the run, for the XCom.
        :raises ServiceError: S3 refused.
        """
        digest, parts = self._write_parts()
        uris = []
        for number, part in enumerate(iter_with_progress(parts, "Verdict files written")):
            uri = self._folder.join(f"{digest}-{number:05d}.jsonl.gz")
            if self._objects.head(uri) is None:
                with part.open("rb") as file:
                    self._objects.put_if_absent(uri, file, "application/gzip")
            uris.append(str(uri))
        return VerdictFileSet(uris=tuple(uris), images=self._rows, run_images=run_images)

    def _write_parts(self) -> tuple[str, list[Path]]:
        """Sort the rows, and write the files to local disk; return the digest of all rows and the files."""
        digest = hashlib.sha256(str(ROWS_PER_FILE).encode())
        parts: list[Path] = []
        lines = (line for (line,) in self._database.execute(_SELECT))
        for first in lines:
            parts.append(self._local / f"{len(parts)}.jsonl.gz")
            with parts[-1].open("wb") as file:
                _write_lines(file, chain([first], islice(lines, ROWS_PER_FILE - 1)), digest)
        return digest.hexdigest()[:_DIGITS], parts


def _write_lines(file: IO[bytes], lines: Iterable[bytes], digest: "hashlib._Hash") -> None:
    with gzip_writer(file, _COMPRESSION) as zipped:
        buffered = io.BufferedWriter(zipped, 1 << 16)
        for line in lines:
            digest.update(line)
            buffered.write(line)
        buffered.flush()
