import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.per_image.lease import (
    Claim,
    Lease,
    LeaseTimes,
    Renewal,
    decode_lease,
    encode_lease,
    is_expired,
    next_claim,
    next_renewal,
)

HELD = Lease(holder="a", attempt=2)
TIMES = LeaseTimes()


def test_a_lease_of_the_first_version_is_read_and_written_byte_for_byte():
    body = b'{"holder":"a","attempt":2,"renewals":7,"is_released":false,"wanted_by":3,"version":1}'
    lease = replace(HELD, renewals=7, wanted_by=3)
    assert (decode_lease(body, "uri"), encode_lease(lease)) == (lease, body)


@given(st.binary())
def test_any_other_bytes_are_an_error_that_names_the_file(body):
    with pytest.raises(UnreadableRecord, match=r"s3://b/lease\.json"):
        decode_lease(body, "s3://b/lease.json")


def test_a_holder_stops_sending_well_before_its_lease_expires():
    assert TIMES.renew_s < TIMES.send_s < TIMES.lease_s


@pytest.mark.parametrize(
    ("unchanged_s", "age_s", "expected"),
    [
        (0.0, None, False),
        (59.9, 89.9, False),
        (60.0, None, True),
        (0.0, 90.0, True),
        (0.0, -3600.0, False),
    ],
)
def test_a_lease_expires_after_a_time_without_a_write(unchanged_s, age_s, expected):
    assert is_expired(TIMES, unchanged_s=unchanged_s, age_s=age_s) is expected


@pytest.mark.parametrize(
    ("lease", "attempt", "expired", "claim"),
    [
        (None, 1, False, Claim.ACQUIRE),
        (HELD, 1, True, Claim.ACQUIRE),
        (HELD, 1, False, Claim.WAIT),
        (HELD, 2, False, Claim.WAIT),
        (HELD, 3, False, Claim.REQUEST),
        (replace(HELD, wanted_by=3), 3, False, Claim.WAIT),
        (replace(HELD, wanted_by=3), 4, False, Claim.REQUEST),
        (replace(HELD, is_released=True), 1, False, Claim.ACQUIRE),
        (replace(HELD, is_released=True, wanted_by=3), 2, False, Claim.WAIT),
        (replace(HELD, is_released=True, wanted_by=3), 2, True, Claim.ACQUIRE),
        (replace(HELD, is_released=True, wanted_by=3), 3, False, Claim.ACQUIRE),
    ],
)
def test_an_attempt_acquires_the_lease_asks_for_it_or_waits(lease, attempt, expired, claim):
    assert next_claim(lease, attempt, is_expired=expired) is claim


@pytest.mark.parametrize(
    ("found", "renewal"),
    [
        (None, Renewal.LOST),
        (replace(HELD, holder="b"), Renewal.LOST),
        (replace(HELD, is_released=True), Renewal.LOST),
        (replace(HELD, wanted_by=3), Renewal.HAND_OVER),
        (HELD, Renewal.RENEW),
    ],
)
def test_a_holder_renews_hands_over_or_has_lost_the_lease(found, renewal):
    assert next_renewal(found, "a") is renewal
