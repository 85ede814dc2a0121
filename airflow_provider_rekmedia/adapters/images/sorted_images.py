"""Sorts images by key, on local disk instead of in memory."""

import sqlite3
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["iter_marked", "iter_sorted"]

# No index: rows are appended, and sorted by merging. Once an index is larger than the cache, its pages
# would be read and written many times.
_TABLE = (
    "CREATE TABLE images (bucket BLOB, key BLOB, number INTEGER, size INTEGER, etag TEXT, modified REAL, "
    "is_archived INTEGER, is_marked INTEGER)"
)
_SELECT = (
    "SELECT bucket, key, size, etag, modified, is_archived, is_marked FROM images "
    "ORDER BY bucket, key, number"
)


def iter_sorted(images: Iterable[FoundImage]) -> Generator[FoundImage, None, None]:
    """
    Sort by bucket and by the UTF-8 bytes of the key; the sort is stable.

    :param images: Read to their end before the first one is yielded; some megabytes of them are in memory.
    """
    for image, _ in iter_marked((image, False) for image in images):
        yield image


def iter_marked(images: Iterable[tuple[FoundImage, bool]]) -> Iterator[tuple[FoundImage, bool]]:
    """Sort images that have a mark, as :func:`iter_sorted`."""
    with (
        tempfile.TemporaryDirectory(prefix="rekmedia-") as folder,
        closing(sqlite3.connect(Path(folder) / "images.sqlite")) as database,
    ):
        # The file is temporary: it needs no journal, and no sync to disk.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA temp_store = FILE")
        database.execute(_TABLE)
        database.executemany("INSERT INTO images VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _iter_rows(images))
        for bucket, key, size, etag, modified, is_archived, is_marked in database.execute(_SELECT):
            image = FoundImage(
                S3Uri(bucket.decode(), key.decode("utf-8", "surrogatepass")),
                size,
                etag,
                None if modified is None else datetime.fromtimestamp(modified, UTC),
                bool(is_archived),
            )
            yield image, bool(is_marked)


def _iter_rows(images: Iterable[tuple[FoundImage, bool]]) -> Iterator[tuple[object, ...]]:
    rows = iter_with_progress(images, "Rows read, to be sorted", step=1000)
    for number, (image, is_marked) in enumerate(rows):
        modified = image.modified_at and image.modified_at.timestamp()
        values = image.size_bytes, image.etag, modified, image.is_archived
        yield (*image.order, number, *values, is_marked)
