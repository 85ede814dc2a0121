"""Why a user cannot decide."""

from plugins.moderation_page.review.conftest import REVIEW
from plugins.moderation_page.review.queues import item


def closed_text(page, user="night"):
    text = page.get(REVIEW, user=user).text
    return text.partition('data-closed="')[2].partition('"')[0]


def test_who_may_decide_sees_an_open_page(page, opened):
    opened([item("a.jpg")])
    assert closed_text(page) == ""


def test_who_may_only_read_is_told_before_the_work(page, opened):
    opened([item("a.jpg")])
    assert "This review is read-only for you" in closed_text(page, user="night_viewer")


def test_a_review_of_somebody_else_names_them(page, opened):
    opened([item("a.jpg")], assigned=[{"id": "ann", "name": "Ann <b>"}])
    assert closed_text(page).endswith("It is assigned to Ann &lt;b&gt;.")


def answer(checksum, letters):
    return {"queue": checksum, "decisions": letters, "seconds": 9, "revealed": 2}


def test_an_answered_review_shows_its_result(page, opened, metadata):
    ti_id, checksum = opened([item("a.jpg"), item("b.jpg"), item("c.jpg")])
    metadata.answer(ti_id, answer(checksum, "aas"))
    assert closed_text(page) == (
        "ann submitted this review on 2026-05-01 02:00 UTC: 2 allowed, 1 skipped or undecided."
    )


def test_a_timeout_decides_nothing(page, opened, metadata):
    ti_id, _ = opened([item("a.jpg")])
    metadata.answer(ti_id, {}, name=None)
    assert "nothing was decided" in closed_text(page)


def test_a_timeout_for_which_airflow_stores_no_answer_decides_nothing(page, opened):
    opened([item("a.jpg")], state="success")
    assert closed_text(page) == "Nobody answered in time. The review ended, and nothing was decided."


def test_a_failed_task_does_not_wait(page, opened):
    opened([item("a.jpg")], state="failed")
    assert closed_text(page) == "The task is failed. It does not wait for decisions."
