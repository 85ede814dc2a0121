from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.arguments import (
    parse_choice,
    parse_number,
    parse_optional,
    parse_optional_mapping,
    parse_optional_number,
    parse_optional_prefix,
    parse_optional_text,
    parse_optional_time,
    parse_optional_uri,
    parse_optional_whole_number,
    parse_seconds,
    parse_switch,
    parse_whole_number,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument, InvalidS3Uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri

NO_NUMBERS = [
    None,
    "",
    "ten",
    "None",
    "nan",
    "inf",
    "-inf",
    float("nan"),
    True,
    False,
    [],
    {},
    "1e400",
    10**400,
]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize(
    ("value", "number"), [(5, 5.0), ("5", 5.0), (" 2.5 ", 2.5), ("1e2", 100.0), (-0.5, -0.5)]
)
def test_a_number_is_parsed_from_rendered_text(value, number):
    assert parse_number("min_confidence", value) == number


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_a_value_that_is_not_a_finite_number_is_refused(value):
    with pytest.raises(InvalidArgument, match=r"min_confidence=.*: it is not a number"):
        parse_number("min_confidence", value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_being_rendered_to_text(number):
    assert parse_number("min_confidence", str(number)) == number


@given(st.text())
def test_any_text_is_a_number_or_an_error(text):
    try:
        assert isinstance(parse_number("min_confidence", text), float)
    except InvalidArgument as error:
        assert error.fields["argument"] == "min_confidence"  # noqa: PT017 either outcome is right


def test_seconds_are_more_than_zero():
    assert parse_seconds("timeout", "0.1") == 0.1
    for value in (0, "0", -1):
        with pytest.raises(InvalidArgument, match=r"timeout=.*more than 0 seconds"):
            parse_seconds("timeout", value)


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_seconds_are_a_number(value):
    with pytest.raises(InvalidArgument, match="timeout"):
        parse_seconds("timeout", value)


@pytest.mark.parametrize("value", [1, "1", 10_000, "10000", 5.0, "5.0"])
def test_the_bounds_of_a_whole_number_are_inclusive(value):
    read = parse_whole_number("max_images", value, low=1, high=10_000)
    assert type(read) is int
    assert read == float(value)


@pytest.mark.parametrize("value", [0, 10_001, 1.5, "1.5", -1, 1e300])
def test_a_number_out_of_bounds_is_refused_with_the_bounds(value):
    with pytest.raises(InvalidArgument, match=r"max_images=.*a whole number from 1 to 10,000"):
        parse_whole_number("max_images", value, low=1, high=10_000)


def test_a_word_of_the_list_is_accepted():
    assert parse_choice("colour", "red", Colour) is Colour.RED
    assert parse_choice("colour", Colour.BLUE, Colour) is Colour.BLUE


@pytest.mark.parametrize("value", ["green", "RED", None, [], 0])
def test_another_word_is_refused_with_the_list(value):
    with pytest.raises(InvalidArgument, match=r"colour=.*one of red, blue"):
        parse_choice("colour", value, Colour)


OPTIONAL = {
    "any": parse_optional,
    "number": lambda value: parse_optional_number("max_cost", value),
    "whole number": lambda value: parse_optional_whole_number("min_bytes", value, low=0, high=9),
    "text": lambda value: parse_optional_text("scan", value),
    "time": lambda value: parse_optional_time("modified_after", value),
    "uri": parse_optional_uri,
    "prefix": parse_optional_prefix,
    "mapping": lambda value: parse_optional_mapping("policy", value),
}


@pytest.mark.parametrize("value", [None, "", "None"])
@pytest.mark.parametrize("kind", OPTIONAL)
def test_none_the_empty_text_and_the_text_none_are_no_value_for_every_kind(kind, value):
    assert OPTIONAL[kind](value) is None


def test_any_other_value_is_returned_unchanged():
    for value in (0, False, [], {}, "none", " ", ["None"]):
        assert parse_optional(value) is value


def test_an_optional_number_is_parsed_as_a_number():
    assert parse_optional_number("max_cost", "0") == 0.0
    with pytest.raises(InvalidArgument, match=r"max_cost='few'"):
        parse_optional_number("max_cost", "few")


def test_an_optional_whole_number_is_parsed_between_its_bounds():
    assert parse_optional_whole_number("min_bytes", "0", low=0, high=9) == 0
    with pytest.raises(InvalidArgument, match=r"min_bytes=.*from 0 to 9"):
        parse_optional_whole_number("min_bytes", 10, low=0, high=9)


@pytest.mark.parametrize(("value", "text"), [("v8", "v8"), (" ", " "), (20261124, "20261124"), (0, "0")])
def test_a_number_of_native_rendering_is_text_again(value, text):
    assert parse_optional_text("scan", value) == text


@pytest.mark.parametrize("value", [True, [], {"a": 1}, b"v8"])
def test_a_value_that_is_not_text_is_refused(value):
    with pytest.raises(InvalidArgument, match=r"scan=.*not text"):
        parse_optional_text("scan", value)


@pytest.mark.parametrize(
    "value",
    [
        "2026-05-01T00:00:00+00:00",
        "2026-05-01T00:00:00Z",
        "2026-05-01",
        "2026-05-01 00:00",
        datetime(2026, 5, 1),  # noqa: DTZ001 the point
    ],
)
def test_a_time_without_an_offset_is_utc(value):
    assert parse_optional_time("modified_after", value) == datetime(2026, 5, 1, tzinfo=UTC)


def test_a_time_keeps_its_offset():
    tokyo = timezone(timedelta(hours=9))
    time = parse_optional_time("modified_after", "2026-05-01T09:00:00+09:00")
    assert time == datetime(2026, 5, 1, 9, tzinfo=tokyo)
    assert parse_optional_time("modified_after", time) is time


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", 5, [], "{{ ds }}"])
def test_a_value_that_is_not_a_time_is_refused(value):
    with pytest.raises(InvalidArgument, match=r"modified_after=.*not an ISO 8601 time"):
        parse_optional_time("modified_after", value)


def test_optional_uris_and_prefixes_are_parsed():
    assert parse_optional_uri("s3://b/k") == S3Uri("b", "k")
    assert parse_optional_prefix("s3://b/p") == S3Uri("b", "p/")
    for parse in (parse_optional_uri, parse_optional_prefix):
        with pytest.raises(InvalidS3Uri):
            parse("b/k")


def test_an_optional_mapping_is_a_dict_and_not_its_text():
    assert parse_optional_mapping("policy", {"labels": {}}) == {"labels": {}}
    for value in ('{"labels": {}}', [], 5):
        with pytest.raises(InvalidArgument, match=r"policy=.*not a dict; pass the dict itself"):
            parse_optional_mapping("policy", value)


@pytest.mark.parametrize(
    ("value", "switch"),
    [
        (True, True),
        (False, False),
        ("True", True),
        ("false", False),
        (None, False),
        ("None", False),
        ("", False),
    ],
)
def test_a_switch_is_true_or_false(value, switch):
    assert parse_switch("all_versions", value) is switch


@pytest.mark.parametrize("value", ["yes", 1, "1", []])
def test_another_value_is_no_switch(value):
    with pytest.raises(InvalidArgument, match="all_versions="):
        parse_switch("all_versions", value)
