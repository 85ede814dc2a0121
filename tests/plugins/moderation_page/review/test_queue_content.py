"""What the page learns about the images."""

import json

import pytest
from plugins.moderation_page.review.conftest import REVIEW
from plugins.moderation_page.review.queues import BUCKET, HOLDS, HOSTILE, hold, item

from airflow_provider_rekmedia.core.actions.holds import bytes_hold_uri
from airflow_provider_rekmedia.core.review.queue import Sample


def items_of(page):
    response = page.get(f"{REVIEW}/items")
    assert response.status_code == 200, response.text
    return response.json()


def answer(checksum, letters):
    return {"queue": checksum, "decisions": letters, "seconds": 9, "revealed": 2}


def test_hostile_names_are_escaped_and_rules_and_labels_are_sent(page, opened):
    opened([item(key) for key in HOSTILE])
    sent = items_of(page)
    assert sent["items"][0]["name"] == f"{BUCKET}/<script>window.XSS=1</script>.jpg"
    assert not [each for each in sent["items"] if "\u202e" in each["name"]]
    assert sent["items"][0]["rule"] == "Alcohol"
    assert [label["name"] for label in sent["items"][0]["labels"]] == ["Alcohol", "Drinking"]
    assert "Alcohol" in sent["label_names"]


def test_audit_images_are_marked(page, opened):
    opened([item("a.jpg", sample=Sample.AUDIT), item("b.jpg", sample=Sample.DOUBLE)])
    assert [each["audit"] for each in items_of(page)["items"]] == [True, False]


def test_a_held_image_is_nowhere(page, opened, s3):
    opened([item("held.jpg"), item("b.jpg")])
    hold(s3, "held.jpg")
    sent = items_of(page)
    assert sent["items"][0] == {"held": True}
    assert "held.jpg" not in json.dumps(sent)
    for kind in ("images", "previews"):
        assert page.get(f"{REVIEW}/{kind}/0").status_code == 404
        assert page.get(f"{REVIEW}/{kind}/1").status_code in (200, 307)


def test_the_bytes_of_a_held_image_are_nowhere(page, opened, s3):
    opened([item("a.jpg"), item("secret.jpg")])
    etag = s3.head_object(Bucket=BUCKET, Key="secret.jpg")["ETag"].strip('"')
    record = bytes_hold_uri(HOLDS, etag)
    s3.put_object(Bucket=record.bucket, Key=record.key, Body=b"{}")
    assert [one.get("held") for one in items_of(page)["items"]] == [None, True]
    assert [page.get(f"{REVIEW}/{kind}/1").status_code for kind in ("images", "previews")] == [404, 404]
    assert page.get(f"{REVIEW}/previews/0").status_code == 200


def test_an_escalated_image_disappears_with_the_answer(page, opened, metadata):
    """The review task writes the hold record some seconds later."""
    ti_id, checksum = opened([item("a.jpg"), item("escalated.jpg")])
    metadata.answer(ti_id, answer(checksum, "ae"))
    sent = items_of(page)
    assert (sent["items"][1], sent["decisions"]) == ({"held": True}, "ae")
    assert page.get(f"{REVIEW}/images/1").status_code == 404
    assert page.get(f"{REVIEW}/previews/1").status_code == 404


@pytest.mark.parametrize("params_input", [{}, {"queue": "other", "decisions": "a"}, {"decisions": "a"}])
def test_an_answer_without_decisions_is_none(page, opened, metadata, params_input):
    ti_id, _ = opened([item("a.jpg")])
    metadata.answer(ti_id, params_input)
    assert "ann submitted an empty answer" in page.get(REVIEW).text
    assert items_of(page)["decisions"] is None


@pytest.mark.parametrize(
    ("letters", "state", "recorded"),
    [("a", "awaiting_input", False), ("a", "failed", False), ("a", "success", True), ("", "success", False)],
)
def test_an_answer_is_recorded_when_the_task_has_succeeded(page, opened, metadata, letters, state, recorded):
    ti_id, checksum = opened([item("a.jpg")])
    metadata.answer(ti_id, answer(checksum, letters))
    metadata.set_state(ti_id, state)
    assert items_of(page)["recorded"] is recorded
