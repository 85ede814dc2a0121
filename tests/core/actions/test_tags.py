"""Tags are merged, limited to what S3 accepts, and restored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.actions.inverse import RestoreTags
from airflow_provider_rekmedia.core.actions.tags import (
    DEFAULT_TAGS,
    merge_tags,
    parse_tags,
    restored_tags,
    tags_before,
    tags_for,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

TAGS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12"), max_size=6)


def test_the_verdict_is_filled_in():
    assert tags_for(parse_tags(None), Decision.BLOCK) == {"moderation-verdict": "block"}
    assert parse_tags(None) == DEFAULT_TAGS
    assert tags_for({"a": "x/{verdict}"}, Decision.REVIEW) == {"a": "x/review"}


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {str(number): "" for number in range(11)},
        {"": "x"},
        {"k" * 129: "x"},
        {"k": "v" * 257},
        {"k": "v" * 251 + "{verdict}"},
        {"k?": "v"},
        {"k": "v!"},
        {"AWS:k": "v"},
    ],
)
def test_tags_that_s3_refuses_are_refused(tags):
    with pytest.raises(InvalidArgument, match="tags="):
        parse_tags(tags)


def test_tags_at_the_limits_are_accepted():
    parse_tags(
        {"k" * 128: "v" * 250 + "{verdict}"} | {f"ü {number}": "a+b=c.d:e/f@g_h-i" for number in range(9)}
    )


def test_ten_tags_are_the_most():
    current = {str(number): "x" for number in range(9)}

    assert len(merge_tags(current, {"a": "1"})) == 10
    assert len(merge_tags(current, {"0": "1"})) == 9
    assert merge_tags(current, {"a": "1", "b": "2"}) is None


@given(current=TAGS, added=TAGS, by_others=TAGS)
def test_an_undo_restores_the_tags_and_keeps_those_of_others(current, added, by_others):
    inverse = RestoreTags(tags_before(added, current, None), added)
    merged = merge_tags(current, added)
    others = {name: text for name, text in by_others.items() if name not in added}

    assert restored_tags(merged | others, inverse) == current | others


@given(current=TAGS, added=TAGS)
def test_a_try_that_died_after_its_write_does_not_lose_the_old_tags(current, added):
    merged = merge_tags(current, added)

    assert tags_before(added, merged, current) == tags_before(added, current, None)


def test_a_tag_that_somebody_changed_is_left_alone():
    assert restored_tags({"a": "3"}, RestoreTags({"a": "1"}, {"a": "2"})) is None
