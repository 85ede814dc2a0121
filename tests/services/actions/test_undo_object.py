"""An undo restores what nobody has changed since."""

import pytest
from services.actions.action_stage import TAGS, VERBS, put_and_judge

each_verb = pytest.mark.parametrize("verb", VERBS)


@each_verb
def test_undo_restores_bytes_tags_and_metadata(stage, verb):
    put_and_judge(stage, "a.jpg", metadata={"by": "ann"}, storage_class="STANDARD_IA")
    undone = stage.undo(stage.apply({"block": verb}))

    if verb == "delete":
        assert stage.results(undone) == {"a.jpg": "failed"}
        return
    assert stage.results(undone) == {"a.jpg": "done"}
    current = stage.s3.current("photos", "a.jpg")
    assert (current.body, current.tags, current.metadata) == (b"judged", TAGS, {"by": "ann"})
    assert current.storage_class == "STANDARD_IA"
    assert not stage.quarantined()


def test_undo_keeps_tags_that_somebody_else_set(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")
    applied = stage.apply({"block": "tag"}, tags={"state": "hidden"})
    stage.s3.current("photos", "a.jpg").tags["reviewed"] = "yes"
    stage.s3.current("photos", "b.jpg").tags["state"] = "checked"

    undone = stage.undo(applied)

    assert stage.results(undone) == {"a.jpg": "done", "b.jpg": "changed"}
    assert stage.s3.current("photos", "a.jpg").tags == {**TAGS, "reviewed": "yes"}
    assert stage.s3.current("photos", "b.jpg").tags == {**TAGS, "state": "checked"}


def test_undo_does_not_overwrite_a_new_object_at_the_old_key(stage):
    put_and_judge(stage, "a.jpg")
    applied = stage.apply()
    stage.s3.put("photos", "a.jpg", b"new")

    assert stage.results(stage.undo(applied)) == {"a.jpg": "changed"}
    assert stage.s3.current("photos", "a.jpg").body == b"new"
    assert stage.quarantined()["a.jpg"].body == b"judged"
