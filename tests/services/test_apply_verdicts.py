"""Limits, dry runs, odd keys and the files of a run."""

import gzip
import json

import pytest
from services.actions.action_stage import (
    VERBS,
    ActionStage,
    is_as_wanted,
    put_and_judge,
)

from airflow_provider_rekmedia.core.actions.limits import ActionLimits, parse_max_share
from airflow_provider_rekmedia.core.errors import (
    InvalidArgument,
    TooManyObjects,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

ODD_KEYS = ("a b+c%20.jpg", "ümläut/ 雪.jpg", "a&b<c>'\"?#.jpg", "trailing/./..//x.jpg", "*~|\\^`.jpg")


@pytest.fixture
def stage():
    return ActionStage()


each_verb = pytest.mark.parametrize("verb", VERBS)


@each_verb
@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_keys(stage, verb, key):
    put_and_judge(stage, key)

    applied = stage.apply({"block": verb})

    assert stage.results(applied) == {key: "done"}
    assert is_as_wanted(stage, verb, key)


def test_a_verdict_without_verb_is_left_alone(stage):
    put_and_judge(stage, "a.jpg", verdict="review")

    assert stage.apply({"block": "delete"}).summary["counts"]["objects"] == 0
    assert stage.keys() == {"a.jpg"}


def test_limits_refuse_before_the_first_change(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")

    with pytest.raises(TooManyObjects, match="max_objects=1"):
        stage.apply(limits=ActionLimits(max_objects=1))
    with pytest.raises(TooManyObjects, match=r"2, of 10 images of the run. This exceeds max_share=0.1"):
        stage.apply(limits=ActionLimits(max_share=parse_max_share("10%")), run_images=10)
    with pytest.raises(InvalidArgument, match="max_share"):
        stage.apply(limits=ActionLimits(max_share=parse_max_share("10%")))

    assert not stage.s3.changes
    stage.apply(limits=ActionLimits(max_objects=2, max_share=parse_max_share("20%")), run_images=10)
    assert len(stage.quarantined()) == 2


def test_a_dry_run_lists_everything_and_changes_nothing(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")

    applied = stage.apply(dry_run=True, limits=ActionLimits(max_objects=1))

    assert applied.summary["counts"]["objects"] == 2
    assert applied.summary["actions"] == {"block: move": {"planned": 2}}
    key = applied.summary["dry_run_list"].removeprefix("s3://ops/")
    lines = gzip.decompress(stage.s3.current("ops", key).body).splitlines()
    assert [json.loads(line)["uri"] for line in lines] == ["s3://photos/a.jpg", "s3://photos/b.jpg"]
    assert not stage.s3.changes


@pytest.mark.parametrize("place", ["s3://photos/uploads/q/", "s3://photos/uploads/"])
def test_a_quarantine_beside_the_images_is_refused_if_the_source_is_not_known(stage, place):
    put_and_judge(stage, "uploads/a.jpg")

    with pytest.raises(InvalidArgument, match="inside s3://photos/uploads/"):
        stage.apply(quarantine=S3Uri("photos", place.removeprefix("s3://photos/")))

    assert not stage.s3.changes


def test_invalidation_paths_of_what_was_done(stage):
    put_and_judge(stage, "site/a b~.jpg", "private/b.jpg", "site/gone.jpg")
    stage.s3.remove("photos", "site/gone.jpg")

    applied = stage.apply(origin_path="site/")

    found = applied.summary["invalidation_paths"]["photos"]
    assert found["paths"] == 1
    assert stage.s3.current("ops", found["uri"].removeprefix("s3://ops/")).body == b"/a%20b%7E.jpg\n"
