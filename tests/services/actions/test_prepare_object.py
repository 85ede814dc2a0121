"""An object is looked up before its action."""

from services.actions.action_stage import put_and_judge, row

from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance


def test_an_object_that_is_gone_is_reported(stage):
    stage.judge(row("a.jpg"), row("b.jpg", verdict="review"))

    applied = stage.apply({"block": "move", "review": "tag"})

    assert stage.results(applied) == {"a.jpg": "gone", "b.jpg": "gone"}
    applied.check(parse_tolerance("0"))


def test_an_object_whose_bytes_are_not_known_fails_and_is_not_touched(stage):
    stage.s3.put("photos", "a.jpg", b"judged")
    stage.judge(row("a.jpg", etag=""))

    applied = stage.apply()

    assert stage.results(applied) == {"a.jpg": "failed"}
    assert "no ETag" in stage.outcomes(applied)["a.jpg"].reason
    assert not stage.s3.changes


def test_requester_pays_is_in_every_call_on_an_object(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")
    calls = []
    stage.s3.before_call = lambda name, arguments: calls.append((name, arguments))

    stage.apply({"block": "move"}, requester_pays=True)
    stage.s3.put("photos", "b.jpg", b"judged")
    stage.apply({"block": "tag"}, requester_pays=True)

    on_images = [arguments for _, arguments in calls if arguments.get("Bucket") == "photos"]
    assert len(on_images) > 10
    assert all(arguments.get("RequestPayer") == "requester" for arguments in on_images)
