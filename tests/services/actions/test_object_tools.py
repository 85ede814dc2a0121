"""Holds and changes are looked up at the time of the action."""

import pytest
from services.actions.action_stage import VERBS, ActionStage, put_and_judge
from services.actions.memory_bucket import MemoryBucket

each_verb = pytest.mark.parametrize("verb", VERBS)


@each_verb
def test_an_object_that_changed_is_left_alone(stage, verb):
    put_and_judge(stage, "a.jpg")
    stage.s3.put("photos", "a.jpg", b"other")

    applied = stage.apply({"block": verb})

    assert stage.results(applied) == {"a.jpg": "changed"}
    assert not stage.s3.changes


@each_verb
def test_a_held_object_is_not_touched_until_the_hold_is_removed(stage, verb):
    put_and_judge(stage, "a.jpg")
    stage.hold("a.jpg")

    applied = stage.apply({"block": verb})

    assert stage.results(applied) == {"a.jpg": "held"}
    assert not stage.s3.changes
    for place in [place for place in stage.s3.keys if place[1].startswith("holds/")]:
        del stage.s3.keys[place]
    assert stage.results(stage.apply({"block": verb})) == {"a.jpg": "done"}


@each_verb
def test_a_legal_hold_protects_an_object(verb):
    stage = ActionStage(MemoryBucket(locked=["photos"]))
    put_and_judge(stage, "a.jpg", legal_hold=True)

    assert stage.results(stage.apply({"block": verb})) == {"a.jpg": "held"}
    assert not stage.s3.changes
