import ast
import unicodedata

import pytest
from core.strategies import json_values
from hypothesis import assume, given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.untrusted_text import show_text, without_nul

#: Unicode's categories of what moves the cursor, ends a line, turns the writing's direction, or is half a
#: character.
UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text())
def test_shown_text_is_one_printable_line(text):
    shown = show_text(text)
    assert len(shown.splitlines()) <= 1
    assert not UNPRINTABLE & {unicodedata.category(each) for each in shown}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("s3://photos/Großmutter/猫 1.jpg", "s3://photos/Großmutter/猫 1.jpg"),
        ("a\nb\r\x1b[2J\x9b\u2028\u202e\ud800", r"a\nb\r\x1b[2J\x9b\u2028\u202e\ud800"),
        (r"a\nb", r"a\\nb"),
        (None, "None"),
        ("", ""),
    ],
)
def test_only_unprintable_characters_are_escaped(text, shown):
    assert show_text(text) == shown


@given(st.text(alphabet=st.characters(exclude_characters="'\"")))
def test_shown_text_can_be_unescaped(text):
    assert ast.literal_eval(f"'{show_text(text, 1_000_000)}'") == text


@pytest.mark.parametrize("text", ["k" * 1_000, "\x1b" * 1_000, "k" * 201, "\0" * 60])
def test_long_text_is_truncated_with_its_length(text):
    shown, _, note = show_text(text).partition("…")
    assert len(shown) == 200
    assert note == f" ({len(text):,} characters)"
    assert show_text("k" * 200) == "k" * 200


def texts(value):
    """Every text of a JSON value, including names."""
    match value:
        case str():
            yield value
        case list():
            yield from (text for each in value for text in texts(each))
        case dict():
            yield from (text for pair in value.items() for each in pair for text in texts(each))


@given(json_values)
def test_only_nul_is_replaced(value):
    assume("\ufffd" not in "".join(texts(value)))
    cleaned = without_nul(value)
    assert list(texts(cleaned)) == [text.replace("\0", "\ufffd") for text in texts(value)]
    if "\0" not in "".join(texts(value)):
        assert cleaned == value


def test_nul_is_replaced_in_nested_names_and_values():
    value = {"a\0": [{"labels": {"\0": 1.5}}, "x\0y", None, 3]}
    assert without_nul(value) == {"a\ufffd": [{"labels": {"\ufffd": 1.5}}, "x\ufffdy", None, 3]}
    assert value == {"a\0": [{"labels": {"\0": 1.5}}, "x\0y", None, 3]}
