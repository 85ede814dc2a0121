import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.source_errors import TooManyFailed
from airflow_provider_rekmedia.core.tolerance import check_tolerance, parse_tolerance

COUNTS = {"images": 200, "failed": 3, "unaccounted": 1}


@pytest.mark.parametrize("tolerated", [None, "", "None", 4, "4", 4.0, "2%", " 2 %", 0.02, "0.02", "100%"])
def test_what_is_tolerated_passes(tolerated):
    check_tolerance(COUNTS, tolerated)


@pytest.mark.parametrize("tolerated", [0, 3, "3", "1.9%", 0.019, "0%"])
def test_more_than_is_tolerated_fails_with_the_figures(tolerated):
    with pytest.raises(TooManyFailed, match=r"4 of 200 images.*failures_of"):
        check_tolerance(COUNTS, tolerated)


@pytest.mark.parametrize("value", [-1, 1.5, "101%", "-1%", "few", "nan", True, "1.5"])
def test_what_is_no_tolerance_is_refused(value):
    with pytest.raises(InvalidArgument, match="max_failed"):
        parse_tolerance(value, 10)


def test_no_image_is_none_too_many():
    check_tolerance({"images": 0, "failed": 0, "unaccounted": 0}, "0%")
