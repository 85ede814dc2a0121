"""Plans that are too large, and runs with too many failures."""

from decimal import Decimal

import pytest

from airflow_provider_rekmedia.core.actions.limits import ActionLimits, check_failures, parse_max_share
from airflow_provider_rekmedia.core.errors import ActionsFailed, InvalidArgument, TooManyObjects


@pytest.mark.parametrize(("value", "share"), [("5%", "0.05"), (0.29, "0.29"), ("100 %", "1"), ("0%", "0")])
def test_a_share_is_exact(value, share):
    limits = ActionLimits(max_share=parse_max_share(value))
    assert limits.max_share == Decimal(share)
    most = int(Decimal(share) * 100)

    limits.check(objects=most, run_images=100)
    with pytest.raises(TooManyObjects, match=rf"{most + 1}, of 100 images"):
        limits.check(objects=most + 1, run_images=100)


@pytest.mark.parametrize("value", [5, "5", 1, "many", "101%"])
def test_what_is_no_share_is_refused(value):
    with pytest.raises(InvalidArgument, match="max_share="):
        parse_max_share(value)


def test_no_limit():
    assert parse_max_share("None") is None
    ActionLimits().check(objects=10**9, run_images=None)


def test_a_number_needs_no_run_and_a_share_does():
    ActionLimits(max_objects=3).check(objects=3, run_images=None)
    with pytest.raises(TooManyObjects, match="max_objects=3"):
        ActionLimits(max_objects=3).check(objects=4, run_images=None)
    with pytest.raises(InvalidArgument, match="max_share='5%'"):
        ActionLimits(max_share=Decimal("0.05")).check(objects=4, run_images=None)


@pytest.mark.parametrize(
    ("limit", "is_share", "passes"),
    [("4", False, True), ("3", False, False), ("0.04", True, True), ("0.03", True, False)],
)
def test_denied_and_failed_actions_count(limit, is_share, passes):
    figures = {"denied": 1, "failed": 3, "objects": 100, "log": "s3://log/"}
    if passes:
        check_failures(Decimal(limit), is_share=is_share, text=limit, **figures)
        return
    with pytest.raises(ActionsFailed, match=f"max_failed={limit}") as error:
        check_failures(Decimal(limit), is_share=is_share, text=limit, **figures)
    assert error.value.retryable


def test_a_retry_does_not_help_if_everything_was_denied():
    with pytest.raises(ActionsFailed) as error:
        check_failures(Decimal(0), is_share=False, text="0", denied=2, failed=0, objects=2, log="s3://log/")
    assert not error.value.retryable
