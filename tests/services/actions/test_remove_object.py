"""Deletes and moves, in buckets with and without versions."""

import pytest
from services.actions.action_stage import put_and_judge


def test_a_hold_that_appears_between_copy_and_delete_keeps_the_object(stage):
    put_and_judge(stage, "a.jpg")
    stage.s3.before_call = lambda name, arguments: name == "copy_object" and stage.hold("a.jpg")

    assert stage.results(stage.apply()) == {"a.jpg": "held"}
    assert stage.keys() == {"a.jpg"}


@pytest.mark.parametrize("verb", ["delete", "move"])
def test_in_a_bucket_with_versions_a_delete_only_adds_a_marker_and_undo_removes_it(versioned, verb):
    put_and_judge(versioned, "a.jpg")
    before = versioned.s3.current("photos", "a.jpg")

    applied = versioned.apply({"block": verb})

    assert applied.summary["counts"]["marker_only"] == 1
    assert versioned.results(versioned.undo(applied)) == {"a.jpg": "done"}
    assert versioned.s3.current("photos", "a.jpg") is before
    assert not versioned.quarantined()


@pytest.mark.parametrize("verb", ["delete", "move"])
def test_all_versions_deletes_the_judged_bytes_for_good_and_no_others(versioned, verb):
    versioned.s3.put("photos", "a.jpg", b"older, not judged")
    put_and_judge(versioned, "a.jpg")

    applied = versioned.apply({"block": verb}, all_versions=True)

    assert versioned.results(applied) == {"a.jpg": "done"}
    assert applied.summary["counts"]["marker_only"] == 0
    assert [each.body for each in versioned.s3.keys["photos", "a.jpg"]] == [b"older, not judged", None]


def test_all_versions_deletes_what_an_earlier_task_only_hid(versioned):
    put_and_judge(versioned, "a.jpg")
    versioned.apply({"block": "delete"})

    applied = versioned.apply({"block": "delete"}, task="purge", all_versions=True)

    assert versioned.results(applied) == {"a.jpg": "done"}
    assert [each.body for each in versioned.s3.keys["photos", "a.jpg"]] == [None]
