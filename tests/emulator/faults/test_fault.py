"""Faults as plain data. server/test_admin.py has the error messages."""

import pytest

from airflow_provider_rekmedia.emulator.faults.fault import KINDS, Fault, InvalidFault, parse_faults


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        ({"kind": "throttle"}, 1),
        ({"kind": "throttle", "times": 3}, 3),
        ({"kind": "throttle", "times": None}, None),
        ({"kind": "throttle", "probability": 0.5}, None),
        ({"kind": "throttle", "probability": 0.5, "times": 2}, 2),
        ({"kind": "closed"}, None),
        ({"kind": "closed", "times": 1}, 1),
    ],
)
def test_how_many_calls_fail(fault, times):
    assert parse_faults(fault)[0].max_times == times


def test_one_fault_or_a_list():
    assert parse_faults({"kind": "slow"}) == (Fault(kind="slow"),)
    assert len(parse_faults([{"kind": "slow"}, {"kind": "closed"}])) == 2


def test_the_probability_is_a_share_of_calls():
    assert Fault(kind="slow").share == 1.0
    assert Fault(kind="slow", probability=0.3).share == 0.3


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid(kind):
    (fault,) = parse_faults({"kind": kind, "code": "INTERNAL_ERROR"})
    assert fault.kinds == (kind,)


def test_one_invalid_fault_refuses_the_list():
    with pytest.raises(InvalidFault):
        parse_faults([{"kind": "slow"}, {}])
