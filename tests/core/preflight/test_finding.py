import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument, PreflightFailed, Throttled
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome, raise_failures

WRONG = Finding.of_error("policy", "", InvalidArgument(argument="policy", value="\n", problem="it is wrong"))
THROTTLED = Finding.of_error(
    "engine", "bulk", Throttled(operation="List", code="ThrottlingException", message="slow\ndown")
)
OK = Finding(check="region", outcome=Outcome.OK, text="fine")


def test_every_failure_is_listed_with_a_number():
    with pytest.raises(PreflightFailed) as failed:
        raise_failures([OK, WRONG, THROTTLED])

    first, second = str(failed.value).splitlines()[1:]
    assert first.startswith("1. policy: ")
    assert second.startswith("2. engine bulk: List was refused")
    assert failed.value.fields["problems"] == 2


@pytest.mark.parametrize(
    ("findings", "retryable"), [([THROTTLED], True), ([THROTTLED, WRONG], False), ([WRONG], False)]
)
def test_a_retry_can_help_only_if_every_failure_is_temporary(findings, retryable):
    with pytest.raises(PreflightFailed) as failed:
        raise_failures(findings)

    assert failed.value.retryable is retryable


def test_without_a_failure_nothing_is_raised():
    raise_failures([OK])


def test_many_failures_are_counted_and_not_all_listed():
    with pytest.raises(PreflightFailed, match=r"5 more are not listed\.$"):
        raise_failures([WRONG] * 35)


def test_an_error_becomes_one_short_line():
    long = Finding.of_error("a", "", InvalidArgument(argument="x", value="v", problem="p" * 5_000))

    assert len(long.text) == 1_501
    assert THROTTLED.text.isprintable()


def test_a_finding_is_a_dict_for_an_xcom():
    assert OK.as_dict() == {"check": "region", "subject": "", "outcome": "ok", "text": "fine"}
