"""Open reviews, in the list and beside the reports of their run."""

from datetime import UTC, datetime, timedelta

import pytest
from plugins.moderation_page.metadata import FIRST_RUN

from airflow_provider_rekmedia.plugins.moderation_page import REVIEW_OPERATOR, open_reviews
from airflow_provider_rekmedia.plugins.moderation_page.open_reviews import (
    find_open_reviews,
    find_open_reviews_of_run,
)


@pytest.fixture(scope="module", autouse=True)
def runs(metadata):
    recent = datetime.now(UTC) - timedelta(hours=3)
    subject = "Review <b>7</b> images"
    metadata.add_run("night", "first")
    metadata.add_review("night", "first", "review", map_index=1, asked_at=recent)
    metadata.add_review("night", "first", "review", map_index=0, state="deferred", subject=subject)
    answered = metadata.add_review("night", "first", "review", map_index=2)
    metadata.answer(answered, {})
    metadata.add_review("night", "first", "review", map_index=3, state="failed")
    metadata.add_run("night", "second", day=1)
    metadata.add_review("night", "second", "review", asked_at=FIRST_RUN + timedelta(days=1))
    metadata.add_run("other", "third", day=2)
    metadata.add_review("other", "third", "review")


def test_only_reviews_that_wait_for_an_answer_are_open_the_oldest_first():
    found = [(review.identity.run_id, review.identity.map_index) for review in find_open_reviews({"night"})]
    assert found == [("first", 0), ("second", -1), ("first", 1)]


def test_a_run_has_its_own_reviews_only():
    assert [review.identity.map_index for review in find_open_reviews_of_run("night", "first")] == [0, 1]
    assert find_open_reviews_of_run("night", "third") == []


def test_the_list_is_limited(monkeypatch):
    monkeypatch.setattr(open_reviews, "MAX_REVIEWS", 1)
    assert len(find_open_reviews({"night", "other"})) == 1


def test_the_page_lists_them_with_their_age_and_size(page):
    text = page.get("/rekmedia/reports").text
    assert "Review &lt;b&gt;7&lt;/b&gt; images" in text
    assert 'href="/rekmedia/dags/night/runs/first/tasks/review/0/review"' in text
    assert "3 hours" in text
    assert "/runs/third/" not in text


def test_the_tab_of_a_run_lists_its_open_reviews(page):
    text = page.get("/rekmedia/dags/night/runs/first").text
    assert 'href="/rekmedia/dags/night/runs/first/tasks/review/1/review"' in text
    assert "/runs/second/" not in text
    assert "This run has no report yet" in text


def test_a_run_without_open_reviews_lists_none(page):
    assert "Open reviews" not in page.get("/rekmedia/dags/night/runs/none").text


def test_the_operator_is_known_by_the_name_of_its_class():
    assert REVIEW_OPERATOR == "RekognitionReviewOperator"
