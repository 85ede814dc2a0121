"""Faults while somebody reviews: slow networks, lost responses, two tabs, unusable storage, held keys."""

import pytest
from browser.review_keys import images, press, progress, submit
from plugins.moderation_page.review.queues import item

from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel

pytestmark = pytest.mark.browser

SMOKING = {"rule": "Smoking", "labels": (VerdictLabel("Smoking", "Drugs", 2, 88.0),), "confidence": 88.0}
LATER = "document.dispatchEvent(new Event('visibilitychange'))"


def delay_the_answer(page):
    """Hold the PATCH back; return a function that sends it."""
    held = []

    def hold(route):
        if route.request.method == "PATCH":
            held.append(route)
        else:
            route.continue_()

    page.route("**/hitlDetails", hold)

    def send():
        for route in held:
            route.continue_()

    return send


def test_a_slow_submission_is_sent_once_and_nothing_can_be_decided_meanwhile(review, question):
    page = review(images(2))
    press(page, "ab")
    send = delay_the_answer(page)
    submit(page)
    page.get_by_text("Submitting…").wait_for()
    press(page, ["u", "Control+Enter"])
    assert not page.locator("#ask").is_visible()
    assert progress(page) == "2 of 2 images decided"
    assert page.get_by_role("button", name="Submit…").is_disabled()
    send()
    page.get_by_text("Submitted. 1 image allowed. 1 image blocked.").wait_for()
    assert [sent["params_input"]["decisions"] for sent in question.answers] == ["ab"]


def stored_answer(page, user):
    """Return the question as Airflow shows it after this user allowed one image and blocked the next."""
    return {
        "response_received": True,
        "responded_by_user": {"id": "1", "name": user},
        "params_input": {"queue": page.checksum[:32], "decisions": "ab"},
    }


@pytest.mark.parametrize("status", [409, 502])
def test_an_answer_whose_response_was_lost_counts_as_submitted(review, question, status):
    page = review(images(2))
    press(page, "ab")
    question.refusal = (status, "lost")
    question.detail = stored_answer(page, "night")
    submit(page)
    page.get_by_text("Submitted. 1 image allowed. 1 image blocked.").wait_for()


def test_the_same_decisions_of_somebody_else_are_not_ours(review, question):
    page = review(images(2))
    press(page, "ab")
    question.refusal = (409, "answered")
    question.detail = stored_answer(page, "Ann")
    submit(page)
    page.get_by_text("Ann has already submitted this review. Your decisions were not sent.").wait_for()


def test_after_the_session_ended_the_work_is_submitted_when_somebody_logs_in_again(review, question):
    page = review(images(2))
    press(page, "ab")
    question.refusal = (401, "no")
    submit(page)
    page.get_by_role("link", name="Log in").wait_for()
    question.refusal = None
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    assert question.answers[0]["params_input"]["decisions"] == "ab"


def test_holding_the_keys_of_submit_does_not_confirm(review, question):
    page = review(images(1))
    press(page, "a")
    page.keyboard.down("Control")
    page.keyboard.down("Enter")
    page.keyboard.up("Control")
    for _ in range(2):
        page.keyboard.down("Enter")  # a repeat
    page.keyboard.up("Enter")
    assert page.locator("#ask").is_visible()
    assert question.answers == []


def choose_smoking(page):
    page.get_by_label("Show").dispatch_event("pointerdown")  # with the keyboard, the list keeps the focus
    page.get_by_label("Show").select_option(label="Smoking (1)")
    page.locator(".card[data-index='2']:focus").wait_for()


def test_after_a_filter_was_chosen_with_the_pointer_letters_decide(review):
    page = review([*images(2), item("smoke.jpg", **SMOKING)])
    choose_smoking(page)
    press(page, "a")
    assert progress(page) == "1 of 3 images decided"


def test_undo_shows_an_image_that_the_filter_hides(review):
    page = review([*images(2), item("smoke.jpg", **SMOKING)])
    press(page, "b")
    choose_smoking(page)
    press(page, "u")
    page.locator(".card[data-index='0']:focus").wait_for()
    assert progress(page) == "0 of 3 images decided"


def test_two_tabs_of_a_review_share_the_work_and_its_end(review, question):
    page = review(images(3))
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".card:focus").wait_for()
    press(other, "ab")
    page.locator("#count", has_text="2 of 3").wait_for()
    submit(other)
    other.get_by_text("Submitted.").wait_for()
    question.detail = {
        "response_received": True,
        "responded_by_user": {"id": "1", "name": "night"},
        "params_input": question.answers[0]["params_input"],
    }
    page.evaluate(LATER)
    page.get_by_text("Submitted. 1 image allowed. 1 image blocked. 1 image").wait_for()


NOT_RECORDED = "Your earlier answer was not recorded. Check it, and submit again."


def test_when_the_task_asks_again_the_earlier_answer_is_shown(review, question):
    page = review(images(3))
    press(page, "ab")
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    page.reload()  # the task failed before it recorded the answer, and the question is open again
    page.get_by_text(NOT_RECORDED).wait_for()
    assert progress(page) == "2 of 3 images decided"
    press(page, "s")
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    assert [sent["params_input"]["decisions"] for sent in question.answers] == ["abs", "abs"]


def test_a_page_that_stays_open_notices_that_the_task_asks_again(review, question):
    page = review(images(2))
    press(page, "ab")
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    page.evaluate(LATER)
    page.get_by_text(NOT_RECORDED).wait_for()
    press(page, "u")
    page.reload()
    page.locator("#count", has_text="1 of 2").wait_for()
    assert not page.get_by_text(NOT_RECORDED).is_visible()


@pytest.mark.parametrize(("state", "kept"), [("failed", True), ("success", False)])
def test_saved_work_stays_until_the_answer_is_recorded(review, question, metadata, state, kept):
    page = review(images(2))
    press(page, "ab")
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    metadata.answer(page.ti_id, question.answers[0]["params_input"], name="night")
    metadata.set_state(page.ti_id, state)
    page.reload()
    page.get_by_text("night submitted this review").wait_for()
    page.locator(".card").first.wait_for()
    saved = "Object.keys(localStorage).some((key) => key.startsWith('rekmedia-review:'))"
    assert page.evaluate(saved) is kept


@pytest.mark.parametrize(
    "damage",
    [
        '{"letters": "a"',
        '{"letters": "ab", "history": [], "seen": [], "seconds": 1, "at": 9e15, "labels": null}',
    ],
)
def test_damaged_saved_work_is_ignored(review, damage):
    page = review(images(2))
    press(page, "a")
    page.evaluate(
        "damage => localStorage.setItem(Object.keys(localStorage)"
        ".find((key) => key.startsWith('rekmedia-review:')), damage)",
        damage,
    )
    page.reload()
    page.locator(".card:focus").wait_for()
    assert progress(page) == "0 of 2 images decided"


def test_a_browser_that_cannot_save_warns_and_submits(review, question):
    page = review(images(2))
    assert may_leave(page)
    full = "throw new DOMException('no', 'QuotaExceededError')"
    page.evaluate(f"Storage.prototype.setItem = () => {{ {full}; }}; null")
    press(page, "ab")
    page.get_by_text("This browser cannot save your decisions.").wait_for()
    assert not may_leave(page)
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    assert question.answers[0]["params_input"]["decisions"] == "ab"
    assert may_leave(page)


def may_leave(page):
    """Whether the page closes without a question of the browser."""
    return page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")


def test_a_clock_that_is_set_back_keeps_the_work(review):
    page = review(images(2))
    press(page, "a")
    page.clock.set_fixed_time("2020-01-01T00:00:00Z")
    page.reload()
    page.locator("#count", has_text="1 of 2").wait_for()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (600, 450)])
def test_no_bar_covers_the_current_image(review, width, height):
    page = review(images(16))
    page.set_viewport_size({"width": width, "height": height})
    for key in ("End", "Home", *["ArrowDown"] * 3, "ArrowUp"):
        page.keyboard.press(key)
        assert page.evaluate(
            """() => { const box = document.activeElement.getBoundingClientRect();
              return [box.top + 3, box.bottom - 3].every((y) =>
                document.activeElement.contains(document.elementFromPoint(box.x + box.width / 2, y))); }"""
        ), key


@pytest.mark.parametrize(("width", "height"), [(390, 844), (600, 450)])
def test_the_large_view_always_shows_its_decisions(review, width, height):
    labels = tuple(VerdictLabel(f"A label with a long name {number}", None, 1, 90.0) for number in range(20))
    page = review([item("folder/" * 60 + "a.jpg", labels=labels)])
    page.set_viewport_size({"width": width, "height": height})
    press(page, ["Enter"])
    button = page.locator("#large button[data-decide=s]").bounding_box()
    dialog = page.locator("#large").bounding_box()
    assert button["y"] + button["height"] <= dialog["y"] + dialog["height"]
