"""Gzip files of lines: the same lines have the same bytes, and a damaged file is an error that names it."""

import gzip
import zlib
from collections.abc import Iterator
from typing import IO, Final

from airflow_provider_rekmedia.core.errors import UnexpectedAnswer

__all__ = ["gzip_writer", "iter_gzip_lines"]

#: What the standard library raises for a file that is not gzip, is cut, or has wrong bytes.
_DAMAGE: Final = (OSError, EOFError, zlib.error)


def gzip_writer(file: IO[bytes], level: int = 9) -> gzip.GzipFile:
    """
    Return a writer that compresses into a file. Close it before you read the file.

    The header has no name and no time, so equal content has equal bytes.

    :param level: 1 is the fastest, 9 makes the smallest files.
    """
    return gzip.GzipFile(filename="", mode="wb", compresslevel=level, fileobj=file, mtime=0)


def iter_gzip_lines(file: IO[bytes], uri: str, error: type[UnexpectedAnswer]) -> Iterator[bytes]:
    """
    Iterate over the lines of a file, lazily, each with its newline.

    :param uri: Where the file is, for the error.
    :param error: The error of a damaged file. Its fields are *uri* and *problem*.
    :raises UnexpectedAnswer: *error*: the file is damaged. It never ends early without an error.
    """
    try:
        with gzip.open(file) as lines:
            yield from lines
    except _DAMAGE as problem:
        raise error(uri=uri, problem=problem) from problem
