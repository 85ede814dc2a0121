"""Reviews in a whole Airflow: from the question to the final verdicts, under a path of the base URL."""

import json
from urllib.parse import quote

import pytest
from browser.review_run import NightRun, ReviewRun
from plugins.moderation_page.review.queues import HOSTILE, item, put_queue

from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until

pytestmark = pytest.mark.browser

SIXTY = [*(f"sixty/{number:03d}.jpg" for number in range(55)), *(f"hostile/{key}" for key in HOSTILE)]
FIRST_NIGHT = ["first/0.jpg", "first/1.jpg"]
SECOND_NIGHT = ["second/0.jpg"]
ASSIGNED = "This review is read-only for you. It is assigned to Night shift."


@pytest.fixture(scope="module")
def runs(site):
    """Every run of this file. All plan and ask at the same time."""
    return {
        "sixty": NightRun(site, "answered_nights", SIXTY, confidence=90),
        "again": one_queue(site, "review_photos", "again", 3),
        "first": NightRun(site, "unanswered_nights", FIRST_NIGHT, confidence=60),
        # It is worse than what the first night left, and comes after it all the same.
        "second": NightRun(site, "unanswered_nights", SECOND_NIGHT, confidence=99),
        "assigned": one_queue(site, "assigned_photos", "assigned", 2),
        "fab": one_queue(site, "review_photos", "fab", 2),
    }


def one_queue(site, dag_id, prefix, count):
    """Start a run of the review operator alone."""
    items = [item(f"{prefix}/{number:03d}.jpg") for number in range(count)]
    uri, checksum = put_queue(site.aws.client("s3"), items)
    return ReviewRun(site, dag_id, checksum=checksum, queue_uri=uri)


def decide(page, keys):
    page.locator(".card").first.wait_for()
    page.locator(".card:focus").wait_for()
    for key in keys:
        page.keyboard.press(key)


def submit(page):
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit", exact=True).click()


def review_tab(page):
    page.get_by_role("link", name="Review", exact=True).last.click()
    return page.frame_locator("iframe[title=Review]")


def keys_of(rows):
    return sorted(row["key"] for row in rows)


def test_a_moderator_decides_sixty_images_by_keyboard_and_the_verdicts_are_final(runs, log_in, site):
    run = runs["sixty"].wait_for_the_question()
    assert run.queue_keys() == SIXTY
    page = log_in("user", "/rekmedia/reports", site)
    link = page.locator(f"a[href*='{quote(run.run.run_id, safe='')}']").first
    assert link.text_content() == "Review images: 60 images"
    link.click()
    decide(page, "aabas" * 6)
    page.reload()
    decide(page, "aabae" * 6)
    submit(page)
    page.get_by_text("Submitted. 36 images allowed. 12 images blocked.").wait_for()

    assert run.wait_for_the_end() == "success"
    letters = "aabas" * 6 + "aabae" * 6
    stored = run.decisions()
    assert (stored["decisions"], stored["reviewer_name"]) == (letters, "user")
    # 10,000 decisions are 50 answers of 200 letters: less than 20 KB if the rest of each is below 200 bytes.
    (kept,) = run.audit_log_of_answers()
    assert letters in kept
    assert len(kept) - len(letters) < 200
    assert_result(run, {letter: pick(letters, letter) for letter in "abes"})
    texts = run.texts_in_airflow()
    assert any("Decisions about 60 images" in text for text in texts)
    assert any('"escalate":6' in text.replace(" ", "") for text in texts)
    # JSON escapes quotes, and URLs escape more.
    names = {name for key in pick(letters, "e") for name in (key, json.dumps(key)[1:-1], quote(key))}
    assert not [name for name in names for text in texts if name in text]
    # Nobody can see an escalated image any more, wherever its address is known from.
    for kind in ("previews", "images"):
        assert run.request("GET", "admin", f"{run.page_path}/{kind}/34").status_code == 404
    page.reload()
    page.get_by_text("user submitted this review on").wait_for()


def pick(letters, letter):
    return sorted(key for key, decided in zip(SIXTY, letters, strict=True) if decided == letter)


def assert_result(run, keys):
    """Check the verdicts, the table, the escalations and what the next night asks for."""
    blocked, undecided = dict.fromkeys(keys["b"], ("block", "person")), dict.fromkeys(keys["s"])
    assert run.final_verdicts() == blocked | dict.fromkeys(undecided, ("review", "policy"))
    table = run.rows_below("reviews")
    for letter, decision in (("a", "allow"), ("b", "block"), ("s", "skip")):
        assert keys_of(row for row in table if row["decision"] == decision) == keys[letter]
    assert len(table) == len(SIXTY) - len(keys["e"])
    assert "user" not in {row["reviewer"] for row in table}
    assert keys_of(run.rows_below("audit")) == keys_of(table)
    assert keys_of(run.rows_below("escalations")) == keys["e"]
    assert keys_of(run.rows_below("undecided")) == keys["s"]
    counted = {"allow": "a", "block": "b", "escalate": "e", "undecided": "s"}
    counts = run.xcom("finish", "counts")
    assert {name: counts[name] for name in counted} == {
        name: len(keys[letter]) for name, letter in counted.items()
    }


def test_an_answer_without_decisions_asks_again_and_the_second_submitter_is_refused(runs, log_in, site):
    run = runs["again"].wait_for_the_question()
    assert run.answer("op", "").status_code == 200
    wait_until(lambda: not run.is_answered(), what="the second question", timeout_s=120)
    run.wait_for_the_question(number=2)

    page = log_in("user", run.page_path, site)
    decide(page, "aba")
    assert run.answer("op", "bbb").status_code == 200
    submit(page)
    page.get_by_text("op has already submitted this review").wait_for()
    assert run.wait_for_the_end() == "success"


def test_a_viewer_may_look_in_the_tab_but_not_decide(runs, log_in, site):
    run = runs["assigned"].wait_for_the_question()
    tab = review_tab(log_in("viewer", run.tab_path, site))
    tab.get_by_text("This review is read-only for you. To submit, you need the permission").wait_for()
    assert tab.get_by_role("button", name="Submit…").is_disabled()
    assert run.answer("viewer", "aa").status_code == 403


def test_only_the_assigned_moderator_decides(runs, log_in, site):
    run = runs["assigned"].wait_for_the_question()
    page = log_in("user", run.page_path, site)
    page.get_by_text(ASSIGNED).wait_for()
    page.locator(".card img.preview").first.wait_for()
    assert page.get_by_role("button", name="Submit…").is_disabled()
    assert run.answer("user", "aa").status_code == 403

    page.context.clear_cookies()
    page = log_in("op", run.tab_path, site)
    tab = review_tab(page)
    tab.locator(".card img.preview").first.wait_for()
    tab.locator(".card:focus").wait_for()
    page.keyboard.press("a")
    tab.get_by_text("1 of 2 images decided").wait_for()
    assert run.answer("op", "aa").status_code == 200
    assert run.wait_for_the_end() == "success"


def test_with_fab_a_user_of_another_dag_sees_nothing_of_a_review(runs, fab):
    run = runs["fab"].wait_for_the_question()
    run_id, questions = quote(run.run.run_id, safe=""), "/api/v2/dags/~/dagRuns/~/hitlDetails"
    for user, is_allowed in (("moderator", True), ("owner", False)):
        listed = [run.request("GET", user, path, site=fab) for path in (questions, "/rekmedia/reports")]
        assert [response.status_code for response in listed] == [200, 200]
        for response in listed:
            is_named = run.run.run_id in response.text or run_id in response.text
            assert is_named is is_allowed
        for path in ("", "/items", "/previews/0", "/images/0"):
            response = run.request("GET", user, f"{run.page_path}{path}", site=fab)
            assert (response.status_code != 403) is is_allowed
            assert "fab/000.jpg" not in response.text or is_allowed
    assert run.answer("owner", "aa", site=fab).status_code == 403
    assert not run.is_answered()


def test_with_fab_a_user_of_the_dag_decides(runs, fab, log_in):
    run = runs["fab"].wait_for_the_question()
    page = log_in("moderator", run.page_path, fab)
    decide(page, "ab")
    submit(page)
    page.get_by_text("Submitted. 1 image allowed. 1 image blocked.").wait_for()
    assert run.wait_for_the_end() == "success"
    stored = run.read(f"s3://photos/review/decisions/{run.checksum}.json")
    assert json.loads(stored)["reviewer_name"] == "moderator"


def test_what_nobody_decided_in_time_comes_first_in_the_next_night(runs):
    first, second = runs["first"], runs["second"]
    assert first.wait_for_the_end() == "success"
    assert first.decisions() is None
    counts = first.xcom("finish", "counts")
    assert (counts["undecided"], counts["queues_answered"], counts["decisions"]) == (2, 0, 0)
    assert first.final_verdicts() == dict.fromkeys(FIRST_NIGHT, ("review", "policy"))
    ended = first.request("GET", "user", first.page_path)
    assert "Nobody answered in time. The review ended, and nothing was decided." in ended.text

    assert second.wait_for_the_end() == "success"
    assert second.queue_keys() == FIRST_NIGHT + SECOND_NIGHT
    assert second.final_verdicts() == dict.fromkeys(FIRST_NIGHT + SECOND_NIGHT, ("review", "policy"))
    # The second night has all of them now, and the file of the first night is gone.
    assert second.plan()["consumed_uris"] != []
    assert first.rows_below("undecided") == []
    assert keys_of(second.rows_below("undecided")) == sorted(FIRST_NIGHT + SECOND_NIGHT)
