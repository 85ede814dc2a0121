"""Decisions are written once, after their holds."""

import pytest
from core.review.rows import row
from services.review.review_stage import HOLDS, Killed, Stage, images

from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.errors import InvalidArgument, UnreadableReview
from airflow_provider_rekmedia.core.review.answer import AnswerProblem
from airflow_provider_rekmedia.core.review.queue import parse_queue_uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.record_decisions import fetch_queue


@pytest.fixture
def stage():
    return Stage()


def hold_of(key):
    return str(hold_uri(HOLDS, S3Uri("photos", key)))


def test_decisions_are_recorded_with_the_person_and_the_try(stage):
    written = stage.plan(*images("a", "b"))

    recorded = stage.answer(written, "as")

    decisions = recorded.decisions
    assert (decisions.decisions, decisions.reviewer_id, decisions.try_number) == ("as", "ann", 1)
    assert (decisions.seconds, decisions.revealed) == (60, 1)
    assert recorded.counts == {"images": 2, "allow": 1, "block": 0, "escalate": 0, "undecided": 1}


def test_a_second_answer_changes_nothing(stage, caplog):
    written = stage.plan(*images("a"))
    first = stage.answer(written, "a")

    assert stage.answer(written, "e", reviewer="bob") == first
    assert hold_of("a") not in stage.s3.objects
    assert "already has decisions" in caplog.text


def test_an_unusable_answer_writes_nothing(stage):
    written = stage.plan(*images("a"))
    before = dict(stage.s3.objects)

    assert isinstance(stage.answer(written, "x"), AnswerProblem)
    assert stage.s3.objects == before


def test_an_escalated_image_is_held_with_its_copies_and_loses_its_preview(stage):
    written = stage.plan(stage.put_image("a"), stage.put_image("b"), previews=True)
    assert len(stage.names("previews")) == 1

    stage.answer(written, "e")

    assert {hold_of("a"), hold_of("b")} <= stage.s3.objects.keys()
    assert not stage.names("previews")


def test_wherever_the_task_dies_an_escalation_is_held_before_it_is_recorded():
    whole = Stage()
    written = whole.plan(row("a", etag="e"), row("b", etag="e"))
    start = whole.changes
    whole.answer(written, "e")
    for dies_at in range(start, whole.changes):
        stage = Stage(dies_at=dies_at)
        written = stage.plan(row("a", etag="e"), row("b", etag="e"))
        with pytest.raises(Killed):
            stage.answer(written, "e")
        assert not stage.names("decisions")
        stage.dies_at = None

        assert stage.answer(written, "e").counts["escalate"] == 1
        assert {hold_of("a"), hold_of("b")} <= stage.s3.objects.keys()


def test_a_worker_that_loses_the_race_returns_the_decisions_of_the_other(stage):
    written = stage.plan(*images("a"))
    put = stage.s3.put_object

    def overtaken(**arguments):
        if "decisions/" in arguments["Key"]:
            stage.s3.put_object = put
            stage.answer(written, "b", reviewer="bob")
        return put(**arguments)

    stage.s3.put_object = overtaken

    assert stage.answer(written, "a").decisions.reviewer_id == "bob"


def test_a_queue_without_decisions_is_undecided(stage):
    written = stage.plan(*images("a", "b"))

    recorded = fetch_queue(parse_queue_uri(written.plan.queues[0].uri), stage.clients)

    assert recorded.counts == {"images": 2, "allow": 0, "block": 0, "escalate": 0, "undecided": 2}


def test_a_queue_that_does_not_exist_is_an_error(stage):
    with pytest.raises(InvalidArgument, match="no such queue"):
        stage.submit(f"s3://ops/queues/00000-{'a' * 64}.json", {})


def test_a_queue_with_other_bytes_is_damaged(stage):
    written = stage.plan(*images("a"))
    stage.s3.objects[written.plan.queues[0].uri] += b" "

    with pytest.raises(UnreadableReview, match="another checksum"):
        stage.answer(written, "a")


def test_a_damaged_list_of_copies_is_an_error(stage):
    written = stage.plan(row("a", etag="e"), row("b", etag="e"))
    (uri,) = (uri for uri in stage.s3.objects if "/duplicates/" in uri)
    stage.put(uri, b"[]")

    with pytest.raises(UnreadableReview, match="duplicates"):
        stage.answer(written, "e")
