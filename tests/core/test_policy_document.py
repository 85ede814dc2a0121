from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.policy import Policy, Rule
from airflow_provider_rekmedia.core.policy_document import parse_policy
from airflow_provider_rekmedia.core.source_errors import InvalidPolicy
from airflow_provider_rekmedia.core.verdict import Decision


def test_a_policy_is_typed():
    policy = parse_policy(
        {
            "name": "shop",
            "default": "review",
            "unknown_labels": "block",
            "labels": {"Explicit": {"block": 80, "review": 50}, "Alcohol": "allow", "Gambling": "review"},
            "content_types": {"Illustrated": {"labels": {"Violence": {"review": 90}}}},
        }
    )
    assert policy.rules == {
        "Explicit": Rule("Explicit", 80.0, 50.0),
        "Alcohol": Rule("Alcohol", None, None),
        "Gambling": Rule("Gambling", None, 0.0),
    }
    (drawn,) = policy.content_types
    assert (drawn.content_type, drawn.min_confidence) == ("Illustrated", 50.0)
    assert drawn.rules == {"Violence": Rule("Illustrated: Violence", None, 90.0)}
    assert (policy.default, policy.unknown_labels, policy.name) == (Decision.REVIEW, Decision.BLOCK, "shop")


def test_what_is_left_out_has_a_default():
    policy = parse_policy({"labels": {"Explicit": "block"}})
    assert (policy.default, policy.unknown_labels) == (Decision.ALLOW, Decision.REVIEW)
    assert policy.rules["Explicit"].decide(0.0) is Decision.BLOCK


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"labels": {"Explicit Nudty": "block"}}, "did you mean 'Explicit Nudity'"),
        ({"labels": {"explicit": "block"}}, "did you mean 'Explicit'"),
        ({"labels": {"Explicit": "blok"}}, "did you mean 'block'"),
        ({"labels": {"Explicit": {"blok": 3}}}, "did you mean 'block'"),
        ({"label": {"Explicit": "block"}}, "did you mean 'labels'"),
        ({"labels": {"zzzz": "block"}}, "known are"),
        ({"labels": {"Explicit": {"block": 101}}}, "no percentage"),
        ({"labels": {"Explicit": {"block": True}}}, "no percentage"),
        ({"labels": {"Explicit": {"block": float("nan")}}}, "no percentage"),
        ({"labels": {"Explicit": {"block": 50, "review": 50}}}, "must be below block"),
        ({"labels": {"Explicit": {}}}, "neither block nor review"),
        ({"labels": {"Explicit": 80}}, "no mapping"),
        ({"labels": ["Explicit"]}, "no mapping"),
        ({"labels": {"Explicit": "block"}, "default": "shrug"}, "default"),
        ({"content_types": {"Animatd": {}}}, "did you mean 'Animated'"),
        ({"content_types": {"Animated": {"labels": {}, "min": 3}}}, "min_confidence"),
        ({}, "decides nothing"),
        (None, "no mapping"),
        ("block everything", "no mapping"),
    ],
)
def test_what_is_no_policy_is_told_with_its_place_and_the_nearest_word(document, told):
    with pytest.raises(InvalidPolicy, match=told):
        parse_policy(document)


json_like = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.just("block"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["labels", "Explicit", "block", "content_types", "Animated"]), inner
        )
    ),
)


@given(json_like)
def test_any_document_is_a_policy_or_an_error_that_says_so(document):
    with suppress(InvalidPolicy):
        assert isinstance(parse_policy(document), Policy)
