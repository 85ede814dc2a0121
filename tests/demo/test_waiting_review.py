"""The demo finds the page of the review that waits for a person, and its Dag can be imported."""

import importlib.util
from types import SimpleNamespace

import pytest

from airflow_provider_rekmedia.demo import waiting_review
from airflow_provider_rekmedia.demo.errors import TaskFailed
from airflow_provider_rekmedia.demo.local_airflow.rest_api import DagRun, TaskRun
from airflow_provider_rekmedia.demo.sandbox import find_dags_folder
from airflow_provider_rekmedia.demo.waiting_review import REVIEW_DAG_ID, WaitingReview, can_ask_people

RUN = DagRun(REVIEW_DAG_ID, "manual__2026-01-01T00:00:00+00:00")
REVIEW = "images.review.review"


def review_with(*tasks):
    """A run with these tasks: id, map index and state."""
    found = [TaskRun(task_id, index, state, None, None, 1) for task_id, index, state in tasks]
    api = SimpleNamespace(tasks=lambda run: found)
    airflow = SimpleNamespace(url="http://127.0.0.1:8080", api=api, task_log=lambda run, task: None)
    return WaitingReview(airflow, RUN)


@pytest.mark.parametrize("state", ["awaiting_input", "deferred"])
def test_the_page_is_that_of_the_task_that_waits(state):
    review = review_with(("images.results", -1, "success"), (REVIEW, 0, state))

    assert review.find_page() == (
        "http://127.0.0.1:8080/rekmedia/dags/review_in_browser/runs/manual__2026-01-01T00%3A00%3A00%2B00%3A00"
        "/tasks/images.review.review/0/review"
    )


@pytest.mark.parametrize(
    "task", [(REVIEW, -1, None), (REVIEW, 0, "running"), ("images.moderate", 0, "deferred")]
)
def test_there_is_no_page_before_a_review_waits(task):
    assert review_with(task).find_page() is None


def test_a_failed_task_ends_the_search():
    with pytest.raises(TaskFailed, match=r"images\.results"):
        review_with(("images.results", -1, "failed")).find_page()


@pytest.mark.parametrize(("release", "can_ask"), [("3.0.6", False), ("3.1.0", True), ("3.4.0b2", True)])
def test_reviews_need_airflow_3_1(monkeypatch, release, can_ask):
    monkeypatch.setattr(waiting_review, "version", lambda package: release)

    assert can_ask_people() is can_ask


@pytest.mark.skipif(not can_ask_people(), reason="Airflow before 3.1 cannot ask a person")
def test_the_dag_of_the_demo_has_the_task_that_asks():
    file = find_dags_folder() / f"{REVIEW_DAG_ID}.py"
    spec = importlib.util.spec_from_file_location(REVIEW_DAG_ID, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.dag.dag_id == REVIEW_DAG_ID
    assert module.dag.task_dict[REVIEW].downstream_task_ids == {"images.review.finish"}
    assert "images.actions" in module.dag.task_dict["images.review.finish"].downstream_task_ids
