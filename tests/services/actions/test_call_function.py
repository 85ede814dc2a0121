"""A user's function gets batches."""

from services.actions.action_stage import put_and_judge


def test_a_function_gets_batches_and_says_what_it_could_not_handle(stage):
    put_and_judge(stage, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    stage.hold("c.jpg")
    stage.s3.put("photos", "d.jpg", b"other")
    batches = []

    def hide(images):
        batches.append(images)
        return ["s3://photos/b.jpg"]

    applied = stage.apply({"block": hide})

    ((first, second),) = batches
    assert (first["uri"], first["verdict"], first["rule"], first["confidence"]) == (
        "s3://photos/a.jpg",
        "block",
        "Explicit",
        97.5,
    )
    assert second["key"] == "b.jpg"
    assert stage.results(applied) == {"a.jpg": "done", "b.jpg": "failed", "c.jpg": "held", "d.jpg": "changed"}
    assert stage.results(stage.undo(applied)) == {"a.jpg": "failed"}


def test_a_function_that_raises_fails_its_objects(stage):
    put_and_judge(stage, "a.jpg")

    def hide(images):
        message = "the site is down"
        raise OSError(message)

    applied = stage.apply({"block": hide})

    assert stage.outcomes(applied)["a.jpg"].reason == "OSError: the site is down"
