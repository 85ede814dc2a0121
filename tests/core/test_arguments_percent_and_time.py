"""Percentages, switches and dates after rendering."""

from datetime import UTC, date, datetime

import pytest

from airflow_provider_rekmedia.core.arguments import (
    parse_optional_percent,
    parse_optional_switch_or_text,
    parse_optional_time,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument


@pytest.mark.parametrize("value", [0, 1, 80, "99.5", 100])
def test_a_percentage_is_a_number_from_0_to_100(value):
    assert parse_optional_percent("min_confidence", value) == float(value)


@pytest.mark.parametrize("value", [None, "", "None"])
def test_a_percentage_may_be_absent(value):
    assert parse_optional_percent("min_confidence", value) is None


@pytest.mark.parametrize(
    ("value", "problem"), [(0.8, "write percent: 80"), (-1, "from 0 to 100"), (101, "to 100")]
)
def test_a_fraction_or_a_number_outside_is_refused(value, problem):
    with pytest.raises(InvalidArgument, match=problem):
        parse_optional_percent("min_confidence", value)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [(True, True), (False, False), ("True", True), ("false", False), ("None", None), ("ca.pem", "ca.pem")],
)
def test_a_switch_may_be_text(value, parsed):
    assert parse_optional_switch_or_text("verify", value) is parsed or parsed == value


def test_a_date_is_its_midnight_in_utc():
    assert parse_optional_time("modified_after", date(2026, 5, 1)) == datetime(2026, 5, 1, tzinfo=UTC)
