import pytest

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.plugins.moderation_page import RESULTS_OPERATOR, results_tasks
from airflow_provider_rekmedia.plugins.moderation_page.results_tasks import (
    find_newest,
    find_of_run,
    find_rendered_fields,
    find_state,
)

FIELDS = {"report": "s3://photos/reports/"}


@pytest.fixture(scope="module", autouse=True)
def runs(metadata):
    metadata.add_run("weekly", "first")
    metadata.add_task("weekly", "first", "results", map_index=1, fields=FIELDS, state="running")
    metadata.add_task(
        "weekly", "first", "results", map_index=0, xcom={"headline": "All is well.", "drift": "calm"}
    )
    metadata.add_task("weekly", "first", "manifest", operator="RekognitionCreateManifestOperator")
    metadata.add_run("weekly", "second", day=1)
    metadata.add_task("weekly", "second", "results")


def test_the_operator_is_known_by_the_name_of_its_class():
    assert RekognitionMediaAnalysisResultsOperator.__name__ == RESULTS_OPERATOR


def test_a_run_has_its_results_tasks_in_order():
    tasks = find_of_run("weekly", "first")
    assert [(task.label, task.state, task.headline, task.drift) for task in tasks] == [
        ("results [0]", "success", "All is well.", "calm"),
        ("results [1]", "running", "", ""),
    ]


def test_the_newest_run_is_first():
    assert [task.identity.run_id for task in find_newest({"weekly"})] == ["second", "first", "first"]


def test_only_the_last_runs_and_a_limited_number_of_tasks_are_listed(monkeypatch):
    monkeypatch.setattr(results_tasks, "RUNS_PER_DAG", 1)
    assert [task.identity.run_id for task in find_newest({"weekly"})] == ["second"]
    monkeypatch.setattr(results_tasks, "MAX_TASKS", 1)
    assert len(find_of_run("weekly", "first")) == 1


def test_without_a_dag_nothing_is_listed():
    assert find_newest(set()) == []


def test_rendered_fields_and_state_are_those_of_one_task_instance():
    known = TaskIdentity("weekly", "first", "results", 1)
    assert (find_rendered_fields(known), find_state(known)) == (FIELDS, "running")
    for other in (
        TaskIdentity("weekly", "first", "results", 0),
        TaskIdentity("weekly", "second", "results", 1),
        TaskIdentity("other", "first", "results", 1),
    ):
        assert find_rendered_fields(other) is None


@pytest.mark.parametrize("value", ["no dict", 7, [1], {"headline": None}, {"headline": {"a": 1}}])
def test_any_xcom_can_be_shown(metadata, value):
    metadata.add_run("weekly", "odd", day=20)
    metadata.add_task("weekly", "odd", "results", xcom=value)
    (task,) = find_of_run("weekly", "odd")
    assert (task.headline, task.drift) == ("", "")
    metadata.remove_last_run()
