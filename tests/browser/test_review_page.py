"""Deciding in Chromium: the real routes and an emulated S3, with a made-up HITL API."""

import pytest
from browser.review_keys import images, press, progress, submit
from plugins.moderation_page.review.queues import item

from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel

pytestmark = pytest.mark.browser

SMOKING = {"rule": "Smoking", "labels": (VerdictLabel("Smoking", "Drugs", 2, 88.0),), "confidence": 88.0}


def test_sixty_images_are_decided_by_keyboard_without_a_click(review, question):
    page = review(images(60))
    press(page, "aabse" * 12)
    assert progress(page) == "60 of 60 images decided · 12 escalated, not shown"
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    (sent,) = question.answers
    assert sent["chosen_options"] == ["Submit"]
    assert sent["params_input"]["queue"] == page.checksum[:32]
    assert sent["params_input"]["decisions"] == "aabse" * 12
    assert set(sent["params_input"]) == {"queue", "decisions", "seconds", "revealed"}


def test_reload_in_the_middle_keeps_decisions_and_undo(review):
    page = review(images(6))
    press(page, "ab")
    page.reload()
    page.locator(".card[data-index='2']:focus").wait_for()
    assert progress(page) == "2 of 6 images decided"
    press(page, "u")
    assert progress(page) == "1 of 6 images decided"


def test_an_escalated_image_leaves_the_page_at_once_and_undo_brings_it_back(review):
    page = review(images(3))
    press(page, ["ArrowRight", "e"])
    assert page.locator("[data-index='1']").count() == 0
    assert page.locator("img[src$='/previews/1']").count() == 0
    assert page.locator("[aria-label*='0001.jpg']").count() == 0
    press(page, "u")
    assert [card.get_attribute("data-index") for card in page.locator(".card").all()] == ["0", "1", "2"]


def test_one_key_allows_the_rest_after_a_question(review, question):
    page = review(images(9))
    press(page, "br")
    page.get_by_role("heading", name="Allow 8 undecided images?").wait_for()
    page.keyboard.press("Escape")
    assert progress(page) == "1 of 9 images decided"
    press(page, "r")
    page.keyboard.press("Enter")
    assert progress(page) == "9 of 9 images decided"
    press(page, "u")
    assert progress(page) == "1 of 9 images decided"
    press(page, ["r", "Enter"])
    submit(page)
    page.get_by_text("Submitted. 8 images allowed. 1 image blocked.").wait_for()
    assert question.answers[0]["params_input"]["decisions"] == "b" + "a" * 8


def test_the_filter_limits_what_one_key_allows(review):
    page = review([*images(4), item("smoke.jpg", **SMOKING)])
    page.get_by_label("Show").select_option(label="Smoking (1)")
    assert page.locator(".card").filter(visible=True).count() == 1
    page.get_by_role("button", name="Allow the rest").click()
    page.get_by_text("This allows only the images that the filter shows.").wait_for()
    page.locator("#ask-yes").click()
    assert progress(page) == "1 of 5 images decided"


@pytest.mark.parametrize("key", ["Control+a", "Alt+b", "Meta+e", "Shift+A"])
def test_keys_of_the_browser_decide_nothing(review, key):
    page = review(images(2))
    page.keyboard.press(key)
    assert progress(page) == "0 of 2 images decided"


def test_a_key_that_is_held_down_decides_once(review):
    page = review(images(5))
    for _ in range(4):
        page.keyboard.down("a")  # each but the first is a repeat
    page.keyboard.up("a")
    assert progress(page) == "1 of 5 images decided"


def test_a_picture_is_loaded_only_when_it_is_revealed(review):
    page = review(images(3))
    assert not [url for url in page.requests if "/images/" in url]
    page.keyboard.press(" ")
    page.locator("img.full.loaded").wait_for()
    page.keyboard.press("ArrowRight")
    assert page.locator("img.full").count() == 0
    page.locator("[data-index='2'] .picture").hover()
    page.locator("[data-index='2'] img.full.loaded").wait_for()
    assert [url.rpartition("/")[2] for url in page.requests if "/images/" in url] == ["0", "2"]


def test_greyscale_stays_as_the_person_set_it(review):
    page = review(images(1))
    grey = page.get_by_role("button", name="Greyscale")
    assert grey.get_attribute("aria-pressed") == "true"
    press(page, "g")
    page.reload()
    page.locator(".card:focus").wait_for()
    assert grey.get_attribute("aria-pressed") == "false"


def test_labels_can_be_wrong_or_missing(review, question):
    page = review([item("a.jpg"), *images(1)])
    press(page, ["Enter", "2"])
    page.get_by_label("A label is missing").fill("Smoking")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove the missing label Smoking").wait_for()
    page.get_by_label("A label is missing").fill("No such label")
    page.keyboard.press("Enter")
    page.get_by_text("Choose a label from the list.").wait_for()
    page.locator("#large button[data-decide=b]").click()
    page.keyboard.press("Escape")
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    sent = question.answers[0]["params_input"]
    assert sent["labels"] == {"0": {"wrong": [1], "missing": ["Smoking"]}}
    assert sent["decisions"] == "bs"
    assert sent["revealed"] == 2


def test_the_large_view_shows_the_decision(review):
    page = review(images(2))
    decision = page.locator("#large-decision")
    press(page, ["Enter", "b"])
    assert decision.text_content() == ""
    press(page, ["ArrowLeft"])
    assert decision.text_content() == "Blocked"


def test_labels_of_an_audit_image_are_hidden_until_it_is_decided(review):
    page = review([item("a.jpg", sample=Sample.AUDIT), *images(1)])
    first = page.locator("[data-index='0']")
    assert "Alcohol" not in first.text_content()
    assert "Alcohol" not in first.get_attribute("aria-label")
    press(page, "a")
    assert "Alcohol" in first.text_content()


def test_a_held_image_is_not_shown_and_is_skipped(review, question):
    page = review(images(3), held=["uploads/0001.jpg"])
    assert page.locator(".card").count() == 2
    press(page, "aa")
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    assert question.answers[0]["params_input"]["decisions"] == "asa"
    assert "0001.jpg" not in page.content()
