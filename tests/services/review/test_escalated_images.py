"""An escalated image disappears: its bytes too, in other queues, in later nights and under other keys."""

import json

import pytest
from core.review.rows import row
from core.review.test_audit_sample import candidate, candidates
from services.review.review_stage import HOLDS, PREFIX, Stage, picture

from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.errors import BadDecisions
from airflow_provider_rekmedia.core.review.audit_sample import AuditStratum, encode_candidates
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.services.export_training_manifest import export_training_manifest

#: Files of a review that name an image because they were written before anybody escalated it.
_EARLIER = ("queues", "duplicates", "earlier")


@pytest.fixture
def stage():
    return Stage()


def is_held(stage, name):
    return str(hold_uri(HOLDS, S3Uri("photos", name))) in stage.s3.objects


def leaks(stage, text):
    """The objects below the prefix of reviews that name an image, without escalations and earlier files."""
    found = [uri for uri in stage.everything_with(text) if uri.startswith(str(PREFIX))]
    folders = {uri: uri.removeprefix(str(PREFIX)).split("/") for uri in found}
    return [
        uri for uri, parts in folders.items() if parts[0] != "escalations" and not set(parts) & {*_EARLIER}
    ]


def test_the_same_bytes_under_another_key_never_come_back(stage):
    monday = stage.plan(stage.put_image("first.jpg"), previews=True)
    stage.answer(monday, "e")
    stage.finish(monday)
    again = stage.put_image("second.jpg")

    tuesday = stage.plan(again, stage.put_image("b.jpg", picture("blue")), run="tuesday", previews=True)
    finished = stage.finish(tuesday)

    assert [item.key for item in stage.queues(tuesday)[0].items] == ["b.jpg"]
    assert len(stage.names("previews")) == 1
    assert finished.summary["counts"]["held"] == 1
    assert is_held(stage, "second.jpg")
    assert not leaks(stage, "second.jpg")


def test_a_retry_of_the_finish_holds_a_copy_in_the_same_way(stage):
    monday = stage.plan(stage.put_image("first.jpg"))
    stage.answer(monday, "e")
    tuesday = stage.plan(stage.put_image("second.jpg"), run="tuesday")
    stage.finish(tuesday)
    before = dict(stage.s3.objects)

    stage.finish(tuesday)

    assert stage.s3.objects == before


def test_an_allowed_copy_is_not_in_the_audit_sample(stage):
    monday = stage.plan(stage.put_image("first.jpg"))
    stage.answer(monday, "e")
    copy = candidate(1, etag=stage.put_image("first.jpg").etag)
    sample = AuditStratum(images=1, candidates=(copy,))
    stage.put("s3://ops/c.json", encode_candidates(candidates(near=sample)))

    assert not stage.plan(run="tuesday", candidates=S3Uri("ops", "c.json"), audit_near=1).plan.queues


def test_the_preview_of_an_earlier_copy_is_deleted(stage):
    monday = stage.plan(stage.put_image("first.jpg"), previews=True)
    stage.answer(monday, "b")
    stage.finish(monday)
    tuesday = stage.plan(stage.put_image("second.jpg"), run="tuesday", previews=True)

    stage.answer(tuesday, "e")

    assert not stage.names("previews")


def test_a_retry_of_the_plan_leaves_no_preview_of_an_image_that_was_escalated_meanwhile(stage):
    first = stage.put_image("a.jpg")
    stage.plan(first, run="killed", previews=True)
    (preview,) = (uri for uri in stage.s3.objects if "/previews/" in uri)
    body = stage.s3.objects[preview]
    monday = stage.plan(first)
    stage.answer(monday, "e")
    stage.put(preview, body)  # a plan that had read the hold records before wrote it, and died

    stage.finish(stage.plan(first, run="tuesday", previews=True))

    assert not stage.names("previews")


def test_an_image_that_was_overwritten_has_no_preview(stage):
    judged = stage.put_image("a.jpg")
    stage.put("s3://photos/a.jpg", picture("blue"))

    (queue,) = stage.queues(stage.plan(judged, previews=True))

    assert (queue.items[0].preview, stage.names("previews")) == (None, [])


def test_a_queue_that_is_answered_after_another_person_escalated_its_image(stage):
    written = stage.plan(row("secret.jpg"), row("b.jpg"), queue_size=1, double_share=1.0)
    first = next(
        number for number, queue in enumerate(stage.queues(written)) if "secret" in queue.items[0].key
    )
    stage.answer(written, "a", number=first)
    other = stage.plan(row("secret.jpg"), run="tuesday")
    stage.answer(other, "e", reviewer="bob")
    stage.answer(written, "b", number=first + 2, reviewer="eve")

    finished = stage.finish(written)

    assert not leaks(stage, "secret.jpg")
    assert finished.summary["counts"]["disagreements"] == 0
    assert "secret.jpg" not in stage.final(finished)


def test_two_people_of_whom_one_escalates(stage):
    written = stage.plan(row("secret.jpg"), double_share=1.0)
    stage.answer(written, "a")
    stage.answer(written, "e", number=1, reviewer="bob")

    stage.finish(written)

    assert is_held(stage, "secret.jpg")
    assert not leaks(stage, "secret.jpg")


def test_a_held_copy_is_not_exported_for_training(stage):
    written = stage.plan(stage.put_image("copy.jpg"))
    stage.answer(written, "b", labels={"0": {"wrong": [0]}})
    stage.finish(written)
    other = stage.plan(stage.put_image("secret.jpg"), run="tuesday")
    stage.answer(other, "e")

    exported = export_training_manifest(
        stage.objects, reviews=str(PREFIX), output="s3://ops/adapter/", holds=str(HOLDS), bucket="photos"
    )

    assert exported["skipped"] == {"held": 1}


def test_an_error_about_an_imported_escalation_does_not_name_the_image(stage, caplog):
    written = stage.plan(row("a.jpg"))
    for uri in ("s3://photos/secret.jpg", "secret.jpg"):
        line = json.dumps({"uri": uri, "decision": "escalate"})
        stage.put("s3://ops/d.jsonl", line.encode())
        with pytest.raises(BadDecisions, match="line 1") as refused:
            stage.finish(written, decisions_file=S3Uri("ops", "d.jsonl"))
        assert "secret" not in str(refused.value)
    assert "secret" not in caplog.text


def test_every_copy_with_any_verdict_is_held_when_a_file_escalates_one(stage):
    written = stage.plan(row("a.jpg", etag="e"), row("b.jpg", etag="e", verdict=Decision.BLOCK))
    line = json.dumps({"uri": "s3://photos/a.jpg", "decision": "escalate"})
    stage.put("s3://ops/d.jsonl", line.encode())

    finished = stage.finish(written, decisions_file=S3Uri("ops", "d.jsonl"))

    assert (is_held(stage, "a.jpg"), is_held(stage, "b.jpg"), stage.final(finished)) == (True, True, {})
    assert not stage.lines(finished.summary["statements"])
