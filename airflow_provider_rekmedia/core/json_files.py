"""
JSON and JSON Lines files that the package writes and reads back, typed by a msgspec struct.

A damaged file is an error that names the file. It never counts as absent.
"""

from collections.abc import Iterable
from typing import Final, Generic, TypeVar

import msgspec

from airflow_provider_rekmedia.core.errors import RekmediaError

__all__ = ["JSON_DECODE_ERRORS", "JsonFileDecoder", "encode_indented", "encode_lines"]

#: All that msgspec raises for bytes that are not the expected JSON. Bytes that are not UTF-8 raise
#: ``UnicodeDecodeError``, and values that are nested too deeply raise ``RecursionError``.
JSON_DECODE_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_Content = TypeVar("_Content")


class JsonFileDecoder(Generic[_Content]):
    """
    Decodes the files of one struct. Fields of a later release are ignored.

    :param content: The struct. A field ``version`` is a ``Literal`` of the versions that can be read.
    :param error: The error of a damaged file, and of an unknown version. Its fields are *uri* and *problem*.
    """

    def __init__(self, content: type[_Content], error: type[RekmediaError]) -> None:
        self._decoder = msgspec.json.Decoder(content)
        self._error = error

    def decode(self, body: bytes, uri: str) -> _Content:
        """
        Decode a file, or one line of a file.

        :param uri: Where the file is, for the error.
        :raises RekmediaError: The error of the constructor: the body is damaged, or has an unknown version.
        """
        try:
            return self._decoder.decode(body)
        except JSON_DECODE_ERRORS as problem:
            raise self._error(uri=uri, problem=problem) from problem

    def decode_lines(self, body: bytes, uri: str) -> list[_Content]:
        """
        Decode a whole file of JSON Lines, in its order. A damaged line fails the file.

        :param uri: Where the file is, for the error.
        :raises RekmediaError: As for :meth:`decode`.
        """
        try:
            return self._decoder.decode_lines(body)
        except JSON_DECODE_ERRORS as problem:
            raise self._error(uri=uri, problem=problem) from problem


def encode_indented(content: msgspec.Struct) -> bytes:
    """Encode a small file that people read too: JSON, UTF-8, indented by one space."""
    return msgspec.json.format(msgspec.json.encode(content), indent=1)


def encode_lines(rows: Iterable[msgspec.Struct]) -> bytes:
    """Encode JSON Lines, UTF-8: one line for each row, each with its newline."""
    return b"".join([msgspec.json.encode(row) + b"\n" for row in rows])
