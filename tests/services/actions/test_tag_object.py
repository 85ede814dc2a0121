"""Tags are merged, checked and restored."""

from services.actions.action_stage import put_and_judge, row


def test_more_than_ten_tags_fail_and_nothing_is_written(stage):
    stage.s3.put("photos", "a.jpg", b"judged", tags={f"t{number}": "x" for number in range(10)})
    stage.judge(row("a.jpg"))

    applied = stage.apply({"block": "tag"})

    assert "more than 10 tags" in stage.outcomes(applied)["a.jpg"].reason
    assert not stage.s3.changes


def test_tags_that_reach_other_bytes_are_removed(stage):
    put_and_judge(stage, "a.jpg")

    def overwrite(name, arguments):
        if name == "put_object_tagging" and stage.s3.current("photos", "a.jpg").body == b"judged":
            stage.s3.put("photos", "a.jpg", b"other")

    stage.s3.before_call = overwrite

    assert stage.results(stage.apply({"block": "tag"})) == {"a.jpg": "changed"}
    assert "moderation-verdict" not in stage.s3.current("photos", "a.jpg").tags
