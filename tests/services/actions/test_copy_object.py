"""Copies: their keys, their encryption, and what is never overwritten."""

from services.actions.action_stage import QUARANTINE, put_and_judge, row


def test_a_copy_keeps_the_kms_key_of_its_object_and_undo_restores_it(stage):
    stage.s3.put("photos", "a.jpg", b"judged", kms_key_id="key-1")
    stage.judge(row("a.jpg", etag=stage.s3.current("photos", "a.jpg").etag))

    applied = stage.apply(kms_key_id="key-2")

    assert stage.quarantined()["a.jpg"].kms_key_id == "key-2"
    assert stage.results(stage.undo(applied)) == {"a.jpg": "done"}
    assert stage.s3.current("photos", "a.jpg").kms_key_id == "key-1"


def test_quarantine_keys_keep_two_judged_contents_of_one_key_apart(stage):
    put_and_judge(stage, "a.jpg")
    stage.apply()
    stage.s3.put("photos", "a.jpg", b"second")
    stage.judge(row("a.jpg", b"second"))

    assert stage.results(stage.apply(task="next night")) == {"a.jpg": "done"}

    bodies = [
        stage.s3.current("ops", key).body for key in stage.keys("ops") if key.startswith(QUARANTINE.key)
    ]
    assert sorted(bodies) == [b"judged", b"second"]


def test_other_bytes_at_the_key_of_the_copy_are_never_overwritten(stage):
    put_and_judge(stage, "a.jpg")
    copied = stage.apply({"block": "copy"})
    ((key, _),) = [(key, 0) for key in stage.keys("ops") if key.startswith(QUARANTINE.key)]
    stage.s3.put("ops", key, b"planted")

    applied = stage.apply(task="move")

    assert stage.results(applied) == {"a.jpg": "failed"}
    assert stage.keys() == {"a.jpg"}
    assert stage.s3.current("ops", key).body == b"planted"
    assert stage.results(stage.undo(copied)) == {"a.jpg": "changed"}
