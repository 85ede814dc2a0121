"""The review page in Chromium: the real routes and an emulated S3, with a made-up HITL API."""

import pytest
from browser.review_server import FakeQuestion, serving
from plugins.moderation_page.metadata import Metadata
from plugins.moderation_page.mounted_page import mounted_page
from plugins.moderation_page.review.queues import HOSTILE, fields_of, hold, item, put_queue

from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel
from airflow_provider_rekmedia.plugins.moderation_page.review import stored_review

pytestmark = pytest.mark.browser

SMOKING = {"rule": "Smoking", "labels": (VerdictLabel("Smoking", "Drugs", 2, 88.0),), "confidence": 88.0}


@pytest.fixture(scope="module")
def question():
    return FakeQuestion()


@pytest.fixture(scope="module")
def site(airflow_database, question):
    with mounted_page() as page:
        question.mount(page.app)
        with serving(page.app) as url:
            page.url = url
            yield page


@pytest.fixture
def metadata(airflow_database):
    with Metadata() as rows:
        yield rows


@pytest.fixture
def review(site, question, metadata, aws, page):
    """Open a review with these images in the browser."""
    question.reset()
    stored_review._read.cache_clear()
    s3 = aws.client("s3")

    def open_review(items, *, user="night", assigned=None, held=(), images=True):
        uri, page.checksum = put_queue(s3, items, images=images)
        for key in held:
            hold(s3, key)
        metadata.add_run("night", "manual__1")
        page.ti_id = metadata.add_review(
            "night", "manual__1", "review", map_index=0, fields=fields_of(uri), assigned=assigned
        )
        page.context.add_cookies([{"name": "_token", "value": site.tokens[user], "url": site.url}])
        page.goto(f"{site.url}/rekmedia/dags/night/runs/manual__1/tasks/review/0/review")
        page.locator(".card").first.wait_for()
        page.wait_for_function(
            "document.activeElement?.classList.contains('card') || document.body.dataset.closed"
        )
        return page

    yield open_review
    refused = [text for text in page.messages if "Content Security Policy" in text or "violates" in text]
    assert refused == []
    assert page.evaluate("window.XSS") is None


def images(count, **members):
    return [item(f"uploads/{number:04d}.jpg", **members) for number in range(count)]


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def progress(page):
    return page.locator("#count").text_content()


def submit(page):
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit", exact=True).click()


def test_sixty_images_are_decided_by_keyboard_without_a_click(review, question):
    page = review(images(60))
    press(page, "aabse" * 12)
    assert progress(page) == "60 of 60 images decided · 12 escalated, not shown"
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    (sent,) = question.answers
    assert sent["chosen_options"] == ["Submit"]
    assert sent["params_input"]["queue"] == page.checksum
    assert sent["params_input"]["decisions"] == "aabse" * 12
    assert set(sent["params_input"]) == {"queue", "decisions", "seconds", "revealed"}


def test_reload_in_the_middle_keeps_decisions_and_undo(review):
    page = review(images(6))
    press(page, "ab")
    page.reload()
    page.wait_for_function("document.activeElement?.dataset.index === '2'")
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
    page.get_by_text("Only images that the filter shows.").wait_for()
    page.get_by_role("button", name="Allow", exact=True).click()
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


def test_labels_can_be_wrong_or_missing(review, question):
    page = review([item("a.jpg"), *images(1)])
    press(page, ["Enter", "2"])
    page.get_by_label("A label is missing").fill("Smoking")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove the missing label Smoking").wait_for()
    page.get_by_label("A label is missing").fill("No such label")
    page.keyboard.press("Enter")
    page.get_by_text("Choose a label of the list.").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Blocka").click()
    page.keyboard.press("Escape")
    submit(page)
    page.get_by_text("Submitted.").wait_for()
    sent = question.answers[0]["params_input"]
    assert sent["labels"] == {"0": {"wrong": [1], "missing": ["Smoking"]}}
    assert sent["decisions"] == "bs"
    assert sent["revealed"] == 2


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
    page.wait_for_function("document.getElementById('count').textContent.startsWith('2 of 2')")


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
    page.wait_for_function("document.getElementById('notice').hidden")
    press(page, "a")
    assert progress(page) == "1 of 2 images decided"


def test_who_may_not_decide_sees_a_page_without_decisions(review):
    page = review(images(2), user="night_viewer")
    press(page, "a")
    assert progress(page) == "0 of 2 images decided"
    assert page.get_by_role("button", name="Submit…").is_disabled()
    assert "You may look, but not decide" in page.get_by_role("alert").text_content()


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
    for _ in range(14):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => { const on = document.activeElement; return [
              on.getAttribute("aria-label") || on.labels?.[0]?.textContent || on.textContent,
              getComputedStyle(on).outlineStyle]; }"""
        )
        assert name.strip()
        assert outline in ("solid", "auto")


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
