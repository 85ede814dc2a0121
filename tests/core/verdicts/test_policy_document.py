from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import InvalidPolicy
from airflow_provider_rekmedia.core.verdicts.policy import Policy, Rule
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.verdict import Decision, Verdict


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


def test_optional_members_have_defaults():
    policy = parse_policy({"labels": {"Explicit": "block"}})
    assert (policy.default, policy.unknown_labels, policy.name) == (Decision.ALLOW, Decision.REVIEW, "")
    assert policy.not_analyzed is Decision.REVIEW
    assert parse_policy({"labels": {"Explicit": "block"}, "name": None}).name == ""
    assert policy.rules["Explicit"].decide(0.0) is Decision.BLOCK


@pytest.mark.parametrize("decision", list(Decision))
def test_the_verdict_on_images_that_were_not_analyzed_is_part_of_the_policy(decision):
    policy = parse_policy({"labels": {"Pills": "block"}, "not_analyzed": decision.value})
    assert policy.not_analyzed_verdict == Verdict(decision, "not_analyzed")


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"labels": {"Explicit Nudty": "block"}}, "did you mean 'Explicit Nudity'"),
        (
            {"labels": {"Non-Explicit Nudity of Intimate parts and Kising": "block"}},
            "labels: 'Non-Explicit Nudity of Intimate parts and Kising' is not known; did you mean 'Non-E",
        ),
        ({"labels": {"explicit": "block"}}, "did you mean 'Explicit'"),
        ({"labels": {"Explicit": "blok"}}, "did you mean 'block'"),
        ({"labels": {"Explicit": {"blok": 3}}}, "did you mean 'block'"),
        ({"label": {"Explicit": "block"}}, "did you mean 'labels'"),
        ({"labels": {"zzzz": "block"}}, "known are"),
        ({"labels": {"Explicit": {"block": 101}}}, "not a percentage"),
        ({"labels": {"Explicit": {"block": True}}}, "not a percentage"),
        ({"labels": {"Explicit": {"block": float("nan")}}}, "not a percentage"),
        ({"labels": {"Explicit": {"block": "101"}}}, "'101' is not a percentage"),
        ({"labels": {"Explicit": {"block": "high"}}}, "'high' is not a percentage"),
        ({"labels": {"Explicit": {"block": "nan"}}}, "not a percentage"),
        ({"labels": {"Explicit": {"block": 10**400}}}, "not a percentage"),
        ({"labels": {"Explicit": {"block": [80]}}}, "not a percentage"),
        ({"labels": {"Explicit": {"block": 50, "review": 50}}}, "must be below block"),
        ({"labels": {"Explicit": {"block": "50", "review": "50"}}}, "must be below block"),
        ({"labels": {("Explicit",): "block"}}, r"\('Explicit',\) is not known"),
        ({"labels": {"Explicit": ["block"]}}, "not a mapping"),
        ({"labels": {"Explicit": "block"}, "default": ["block"]}, r"\['block'\] is not known"),
        ({"labels": {"Explicit": "block"}, "name": 5}, "name: 5 is not printable text"),
        ({"labels": {"Explicit": "block"}, "name": "x" * 101}, "at most 100 characters"),
        ({"labels": {"Explicit": "block"}, "name": "\ud800"}, "not printable text"),
        ({"labels": {"Explicit": {}}}, "neither block nor review"),
        ({"labels": {"Explicit": 80}}, "not a mapping"),
        ({"labels": ["Explicit"]}, "not a mapping"),
        ({"labels": {"Explicit": "block"}, "default": "shrug"}, "default"),
        ({"content_types": {"Animatd": {}}}, "did you mean 'Animated'"),
        ({"content_types": {"Animated": {"labels": {}, "min": 3}}}, "min_confidence"),
        ({}, "decides nothing"),
        (None, "not a mapping"),
        ("block everything", "not a mapping"),
    ],
)
def test_an_invalid_policy_is_refused_with_place_and_suggestion(document, problem):
    with pytest.raises(InvalidPolicy, match=problem):
        parse_policy(document)


def deep(width, depth):
    """A value as large as nested YAML aliases can make it."""
    value = ["x"] * width
    for _ in range(depth):
        value = [value] * width
    return value


@pytest.mark.parametrize(
    "value", [deep(10, 9), "x" * 10**6, {"k" * 10**6: 1}], ids=["lists of lists", "text", "a key"]
)
@pytest.mark.parametrize(
    "around",
    [
        lambda value: value,
        lambda value: {"labels": value},
        lambda value: {"labels": {"Explicit": value}},
        lambda value: {"labels": {"Explicit": {"block": value}}},
        lambda value: {"labels": {"Explicit": "block"}, "default": value},
        lambda value: {"labels": {"Explicit": "block"}, "name": value},
        lambda value: {"content_types": {"Animated": {"min_confidence": value}}},
    ],
)
def test_a_value_of_any_size_gives_a_short_message(around, value):
    with pytest.raises(InvalidPolicy) as caught:
        parse_policy(around(value))
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("key", ["x" * 10**6, ("a",) * 10**6], ids=["text", "a tuple"])
def test_a_key_of_any_size_gives_a_short_message(key):
    for document in ({key: "block"}, {"labels": {key: "block"}}, {"content_types": {key: {}}, "labels": {}}):
        with pytest.raises(InvalidPolicy) as caught:
            parse_policy(document)
        assert len(str(caught.value)) < 1_000


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
def test_any_document_is_a_policy_or_an_error(document):
    with suppress(InvalidPolicy):
        assert isinstance(parse_policy(document), Policy)
