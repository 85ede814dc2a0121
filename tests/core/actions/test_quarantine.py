"""Each judged content has one key in the quarantine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.actions.quarantine import is_inside, quarantine_uri, refuse_inside
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri

PREFIX = S3Uri("ops", "quarantine/")
KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)


@given(one=KEYS, other=KEYS)
def test_two_keys_have_two_places_that_s3_accepts(one, other):
    places = [quarantine_uri(PREFIX, S3Uri("photos", key), "e" * 32) for key in (one, other)]

    assert (places[0] == places[1]) is (one == other)
    assert all(len(place.key.encode()) <= 1_024 for place in places)


def test_a_long_key_is_replaced_by_its_digest():
    place = quarantine_uri(PREFIX, S3Uri("photos", "k" * 1_024), "e")

    assert place.key.startswith("quarantine/photos/e/")
    assert len(place.key) == len("quarantine/photos/e/") + 64


def test_a_prefix_contains_what_starts_with_it():
    assert is_inside(S3Uri("a", "b/c"), S3Uri("a", "b/"))
    assert is_inside(S3Uri("a", "b/"), S3Uri("a", ""))
    assert not is_inside(S3Uri("a", "b2/"), S3Uri("a", "b/"))
    assert not is_inside(S3Uri("x", "b/c"), S3Uri("a", "b/"))


def test_a_place_inside_a_source_is_refused():
    refuse_inside("quarantine", PREFIX, [S3Uri("ops", "images/"), S3Uri("photos", "")])
    with pytest.raises(InvalidArgument, match=r"quarantine='s3://ops/quarantine/'.*inside s3://ops/,"):
        refuse_inside("quarantine", PREFIX, [S3Uri("ops", "")])
