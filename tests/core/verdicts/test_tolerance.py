import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument, TooManyFailed
from airflow_provider_rekmedia.core.verdicts.tolerance import check_tolerance, parse_tolerance

COUNTS = {"images": 200, "failed": 3, "unaccounted": 1}


@pytest.mark.parametrize("tolerated", [None, "", "None", 4, "4", 4.0, "2%", " 2 %", 0.02, "0.02", "100%"])
def test_what_is_tolerated_passes(tolerated):
    check_tolerance(COUNTS, tolerated)


@pytest.mark.parametrize("tolerated", [0, 3, "3", "1.9%", 0.019, "0%"])
def test_more_than_is_tolerated_fails_with_the_figures(tolerated):
    with pytest.raises(TooManyFailed, match=r"4 of 200 images.*failures_of"):
        check_tolerance(COUNTS, tolerated)


@pytest.mark.parametrize("images", [1, 7, 100, 1_000, 10_000, 999_999])
def test_a_share_is_inclusive_whatever_it_is_as_a_binary_fraction(images):
    for pct in range(1, 100):
        allowed = images * pct // 100
        for tolerated in (f"{pct}%", f"{pct}.0 %", f"0.{pct:02}", pct / 100):
            check_tolerance({"images": images, "failed": allowed, "unaccounted": 0}, tolerated)
            with pytest.raises(TooManyFailed):
                check_tolerance({"images": images, "failed": allowed + 1, "unaccounted": 0}, tolerated)


@pytest.mark.parametrize("one", [1, "1", 1.0, "1.0"])
def test_one_is_an_image_and_no_share(one):
    check_tolerance({"images": 200, "failed": 1, "unaccounted": 0}, one)
    with pytest.raises(TooManyFailed):
        check_tolerance({"images": 200, "failed": 2, "unaccounted": 0}, one)


@pytest.mark.parametrize("value", [-1, 1.5, "101%", "-1%", "few", "nan", "inf%", True, "1.5", "2%%", "%"])
def test_what_is_no_tolerance_is_refused(value):
    with pytest.raises(InvalidArgument, match="max_failed"):
        parse_tolerance(value, 10)


def test_no_image_is_none_too_many():
    check_tolerance({"images": 0, "failed": 0, "unaccounted": 0}, "0%")
