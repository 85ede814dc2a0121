"""Runs: what is done, listed, or repeated."""

import pytest
from services.actions.action_stage import VERBS, is_as_wanted, put_and_judge

each_verb = pytest.mark.parametrize("verb", VERBS)


@each_verb
def test_each_verb_is_done_and_a_second_task_finds_it_done(stage, verb):
    put_and_judge(stage, "a.jpg")

    first = stage.apply({"block": verb})

    assert stage.results(first) == {"a.jpg": "done"}
    assert is_as_wanted(stage, verb, "a.jpg")
    second = stage.apply({"block": verb}, task="again")
    assert stage.results(second) == {"a.jpg": "gone" if verb == "delete" else "already"}
    assert is_as_wanted(stage, verb, "a.jpg")


def test_above_a_number_tag_and_copy_write_a_manifest_with_versions(versioned):
    put_and_judge(versioned, "a b.jpg", "ü.jpg", "held.jpg")
    versioned.hold("held.jpg")
    version_ids = [versioned.s3.current("photos", key).version_id for key in ("a b.jpg", "ü.jpg")]

    applied = versioned.apply({"block": "tag"}, batch_manifest_above=2)

    assert versioned.results(applied) == {"a b.jpg": "listed", "ü.jpg": "listed", "held.jpg": "held"}
    (manifest,) = applied.summary["batch_manifests"]
    body = versioned.s3.current("ops", manifest["uri"].removeprefix("s3://ops/")).body.decode()
    assert body == f"photos,a%20b.jpg,{version_ids[0]}\nphotos,%C3%BC.jpg,{version_ids[1]}\n"
    assert (manifest["verb"], manifest["bucket"], manifest["objects"]) == ("tag", "photos", 2)
    assert not versioned.s3.changes


def test_without_versions_a_manifest_would_touch_other_bytes_so_it_has_no_row(stage):
    put_and_judge(stage, "a.jpg")

    applied = stage.apply({"block": "tag"}, batch_manifest_above=0)

    assert "no versions" in stage.outcomes(applied)["a.jpg"].reason
    assert not applied.summary["batch_manifests"]


def test_moves_are_done_above_the_number_too(stage):
    put_and_judge(stage, "a.jpg")

    assert stage.results(stage.apply(batch_manifest_above=0)) == {"a.jpg": "done"}
