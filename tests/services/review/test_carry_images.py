"""A task that is cleared days later neither asks again nor loses an image."""

import pytest
from core.review.rows import row
from services.review.review_stage import Stage, images

from airflow_provider_rekmedia.core.verdicts.verdict import Decision


@pytest.fixture
def stage():
    return Stage()


def asked(stage, written):
    return sorted(item.key for queue in stage.queues(written) for item in queue.items)


def test_an_earlier_run_that_is_finished_again_does_not_ask_again(stage):
    monday = stage.plan(*images("a", "b"))
    stage.finish(monday)
    tuesday = stage.plan(run="tuesday")
    stage.answer(tuesday, "bs")
    finished = stage.finish(tuesday)

    stage.finish(monday)

    # Only the image that is undecided since Tuesday is asked for, and Tuesday's decision stays.
    assert asked(stage, stage.plan(run="wednesday")) == ["b"]
    assert stage.final(finished) == {"a": ("block", "person"), "b": ("review", "policy")}
    assert stage.final(stage.finish(tuesday)) == stage.final(finished)


def test_an_image_that_only_the_repeated_finish_leaves_undecided_is_asked_for(stage):
    monday = stage.plan(row("a"))
    stage.finish(monday)
    tuesday = stage.plan(run="tuesday")
    stage.answer(tuesday, "b")
    stage.finish(tuesday)

    # Monday's results task was cleared: another image is to review, and one was overwritten.
    stage.finish(stage.plan(row("a", etag="newer"), row("b"), max_images=9_999))

    assert asked(stage, stage.plan(run="wednesday")) == ["a", "b"]


def test_a_finish_between_the_plan_and_the_finish_of_the_next_run_does_not_ask_again(stage):
    monday = stage.plan(*images("a", "b"))
    stage.finish(monday)
    tuesday = stage.plan(run="tuesday")
    stage.answer(monday, "bs")
    stage.finish(monday)
    stage.answer(tuesday, "aa")
    stage.finish(tuesday)

    assert asked(stage, stage.plan(run="wednesday")) == []


def test_another_plan_of_a_run_keeps_the_images_of_earlier_runs(stage):
    stage.finish(stage.plan(*images("a")))
    first = stage.plan(row("x"), run="tuesday")
    stage.answer(first, "sb")
    stage.finish(first)

    # The results task was cleared, and its verdicts are others.
    again = stage.plan(row("x"), row("y"), run="tuesday", max_images=9_999)
    stage.finish(again)

    assert asked(stage, again) == ["a", "x", "y"]
    assert asked(stage, stage.plan(run="wednesday")) == ["a", "x", "y"]


def test_the_record_shows_no_key(stage):
    stage.finish(stage.plan(*images("secret.jpg")))
    tuesday = stage.plan(row("x", verdict=Decision.BLOCK), run="tuesday")
    stage.answer(tuesday, "e")
    stage.finish(tuesday)

    assert len(stage.names("carried")) == 1
    assert not [uri for uri in stage.everything_with("secret.jpg") if "/carried/" in uri]
