import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument, TooManyFailed
from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance


def check(max_failed, *, not_analyzed=4, images=200):
    parse_tolerance(max_failed).check(not_analyzed=not_analyzed, images=images)


@pytest.mark.parametrize("max_failed", [None, "", "None", 4, "4", 4.0, "2%", " 2 %", 0.02, "0.02", "100%"])
def test_failures_within_the_limit_pass(max_failed):
    check(max_failed)


@pytest.mark.parametrize("max_failed", [0, 3, "3", "1.9%", 0.019, "0%"])
def test_more_failures_than_the_limit_raise_with_the_figures(max_failed):
    with pytest.raises(TooManyFailed, match=rf"4 of 200, and max_failed={max_failed}\..*failures_of"):
        check(max_failed)


@pytest.mark.parametrize("images", [1, 7, 100, 1_000, 10_000, 999_999])
def test_a_share_is_inclusive_and_exact(images):
    for pct in range(1, 100):
        allowed = images * pct // 100
        for max_failed in (f"{pct}%", f"{pct}.0 %", f"0.{pct:02}", pct / 100):
            check(max_failed, not_analyzed=allowed, images=images)
            with pytest.raises(TooManyFailed):
                check(max_failed, not_analyzed=allowed + 1, images=images)


@pytest.mark.parametrize("one", [1, "1", 1.0, "1.0"])
def test_one_is_a_number_of_images_not_a_share(one):
    check(one, not_analyzed=1)
    with pytest.raises(TooManyFailed):
        check(one, not_analyzed=2)


@pytest.mark.parametrize("value", [-1, 1.5, "101%", "-1%", "few", "nan", "inf%", True, "1.5", "2%%", "%"])
def test_any_other_value_is_refused_before_the_counts_are_known(value):
    with pytest.raises(InvalidArgument, match="max_failed"):
        parse_tolerance(value)


def test_a_share_of_no_images_allows_no_failure():
    check("0%", not_analyzed=0, images=0)
