"""Damaged bytes of any kind raise the error of their file. Encoded bytes never change."""

from typing import Literal

import msgspec
import pytest

from airflow_provider_rekmedia.core.errors import UnreadableLedger, UnreadableReview
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder, encode_indented, encode_lines

URI = "s3://ops/file.json"
DEEP = b"[" * 100_000


class Row(msgspec.Struct, frozen=True):
    key: str
    version: Literal[1] = 1


DECODER = JsonFileDecoder(Row, UnreadableReview)
DAMAGED = [
    b"",
    b"{}",
    b'{"key": "a"',
    b"\xff",
    DEEP,
    b'{"later": ' + DEEP,
    b'{"key": "a", "version": 2}',
    b"null",
]


def test_indented_bytes_do_not_change():
    assert encode_indented(Row("ß/猫.jpg")) == '{\n "key": "ß/猫.jpg",\n "version": 1\n}'.encode()


def test_lines_end_with_a_newline_and_nothing_is_an_empty_file():
    lines = b'{"key":"a","version":1}\n{"key":"b","version":1}\n'
    assert encode_lines(iter([Row("a"), Row("b")])) == lines
    assert DECODER.decode_lines(lines, URI) == [Row("a"), Row("b")]
    assert encode_lines([]) == b""
    assert DECODER.decode_lines(b"", URI) == []


def test_fields_of_a_later_release_are_ignored():
    assert DECODER.decode(b'{"key": "a", "later": [1]}', URI) == Row("a")


@pytest.mark.parametrize("body", DAMAGED)
def test_damage_is_the_error_of_the_file_and_names_it(body):
    with pytest.raises(UnreadableReview, match=URI) as raised:
        DECODER.decode(body, URI)
    assert raised.value.__cause__ is not None
    with pytest.raises(UnreadableLedger, match=URI):
        JsonFileDecoder(Row, UnreadableLedger).decode(body, URI)


@pytest.mark.parametrize("body", [body for body in DAMAGED if body])
def test_one_damaged_line_fails_the_file(body):
    with pytest.raises(UnreadableReview, match=URI):
        DECODER.decode_lines(b'{"key": "a"}\n' + body + b"\n", URI)
