"""Answers, permissions, untrusted text and accessibility of the review page in Chromium."""

import pytest
from browser.review_keys import images, press, progress, submit
from plugins.moderation_page.review.queues import HOSTILE, item

from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        ((409, "answered"), "Ann has already submitted this review"),
        ((403, "no"), "Only these users may: Bob."),
        ((401, "no"), "Your session has ended."),
        ((422, "odd"), "Airflow refused the answer: HTTP 422. odd"),
    ],
)
def test_a_refused_answer_says_why_and_keeps_the_work(review, question, refusal, text):
    page = review(images(2))
    press(page, "ab")
    question.refusal = refusal
    question.detail = {
        "response_received": refusal[0] == 409,
        "responded_at": "2026-05-01T02:00:00Z",
        "responded_by_user": {"id": "1", "name": "Ann"},
        "assigned_users": [{"id": "2", "name": "Bob"}],
    }
    submit(page)
    page.get_by_role("alert").filter(has_text=text).wait_for()
    page.reload()
    page.locator(".card").first.wait_for()
    page.locator("#count", has_text="2 of 2").wait_for()


def test_without_a_network_the_work_is_kept_and_can_be_sent_again(review, question):
    page = review(images(2))
    press(page, "ab")
    page.context.set_offline(True)
    submit(page)
    page.get_by_text("Airflow cannot be reached.").wait_for()
    page.context.set_offline(False)
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    assert question.answers[0]["params_input"]["decisions"] == "ab"


def test_somebody_else_submits_in_the_meantime(review, question):
    page = review(images(2))
    question.detail = {"response_received": True, "responded_by_user": {"id": "1", "name": "Ann"}}
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("Ann has already submitted this review.").wait_for()
    press(page, "a")
    assert progress(page) == "0 of 2 images decided"
    question.detail = {"response_received": False}  # the answer was unusable, so the task asks again
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("#notice").wait_for(state="hidden")
    press(page, "a")
    assert progress(page) == "1 of 2 images decided"


def test_who_may_not_decide_sees_a_page_without_decisions(review):
    page = review(images(2), user="night_viewer")
    press(page, "a")
    assert progress(page) == "0 of 2 images decided"
    assert page.get_by_role("button", name="Submit…").is_disabled()
    assert "This review is read-only for you" in page.get_by_role("alert").text_content()


def test_hostile_names_and_labels_stay_text(review):
    labels = tuple(VerdictLabel(text, text, 1, 90.0) for text in HOSTILE)
    page = review([item(key, rule=key, labels=labels) for key in HOSTILE])
    press(page, ["Enter", *"abase"])
    page.keyboard.press("Escape")
    page.locator(".card img.preview").first.wait_for()
    assert page.locator("script[src]").count() == page.locator("script").count() == 1


def test_one_key_among_two_thousand_images_redraws_two_cards(review):
    page = review(images(2_000), images=False)
    changed = page.evaluate(
        """async () => {
          const cards = new Set();
          const observer = new MutationObserver((records) =>
            records.forEach((record) => cards.add(record.target.closest?.(".card") ?? record.target)));
          const all = { subtree: true, childList: true, attributes: true };
          observer.observe(document.getElementById("grid"), all);
          document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "a", bubbles: true, cancelable: true }));
          await new Promise(requestAnimationFrame);
          return cards.size;
        }"""
    )
    assert progress(page) == "1 of 2,000 images decided"
    assert changed == 2


def test_every_control_has_a_name_and_the_focus_is_visible(review):
    page = review(images(3))
    reached = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        tag, name, outline = page.evaluate(
            """() => { const on = document.activeElement; return [on.tagName,
              on.getAttribute("aria-label") || on.labels?.[0]?.textContent || on.textContent,
              getComputedStyle(on).outlineStyle]; }"""
        )
        if tag != "BODY":  # between the last control and the first one
            reached.add(tag)
            assert name.strip()
            assert outline in ("solid", "auto")
    assert reached == {"A", "BUTTON", "LI", "SELECT"}


def test_at_200_percent_zoom_everything_can_be_used_by_keyboard(review, question):
    page = review(images(5))
    page.set_viewport_size({"width": 600, "height": 450})  # 1200 x 900 at 200 %
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    press(page, "aaaa")
    visible = page.evaluate(
        """() => { const box = document.activeElement.getBoundingClientRect();
          const shown = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return document.activeElement.contains(shown); }"""
    )
    assert visible
    press(page, ["Enter"])
    page.get_by_role("button", name="Close").first.focus()
    page.keyboard.press("Enter")
    press(page, "b")
    submit(page)
    page.get_by_text("Submitted.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(review, contrast, scheme):
    page = review(images(1))
    page.emulate_media(color_scheme=scheme)
    assert contrast(page, ["--text", "--quiet", "--link"], ["--card", "--page"]) >= 4.5
    assert contrast(page, ["--card"], ["--allow", "--block", "--skip", "--focus"]) >= 4.5
