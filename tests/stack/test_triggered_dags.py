"""Every example Dag works when it is triggered by hand, without params and without a logical date."""

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import pytest

from airflow_provider_rekmedia.demo.local_airflow.rest_api import DagRun
from airflow_provider_rekmedia.demo.local_airflow.state_changes import iter_state_changes
from airflow_provider_rekmedia.demo.progress_log import ProgressLog
from airflow_provider_rekmedia.demo.sandbox import Sandbox, running_sandbox

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(version("apache-airflow") < "3", reason="2.11 has another web server, API and login"),
]


@dataclass
class Triggered:
    """The outcome of one run, by task."""

    states: dict[str, str | None] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    returned: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> dict[str, Triggered]:
    """Trigger the Dags in this order, each run after the end of the previous one."""
    with running_sandbox(tmp_path_factory.mktemp("triggered"), ProgressLog()) as sandbox:
        return {
            name: _run(sandbox, name.partition(" ")[0])
            for name in (
                "judge_again too early",
                "blocked_images too early",
                "nightly_moderation",
                "judge_again",
                "blocked_images",
                "moderate_images",
                "judge_again after both engines",
            )
        }


def _run(sandbox: Sandbox, dag_id: str) -> Triggered:
    api = sandbox.airflow.api
    run = api.trigger(dag_id)
    outcome = Triggered()
    for task in iter_state_changes(sandbox.airflow, run, timeout_s=240):
        outcome.states[task.label] = task.state
    for task in api.tasks(run):
        if task.state in ("success", "failed"):
            outcome.logs[task.label] = api.log(run, task)
    outcome.returned = {label: _returned(sandbox, run, label) for label in ("judged", "act", "results")}
    return outcome


def _returned(sandbox: Sandbox, run: DagRun, task_id: str) -> Any:
    """Return the task's return value, or ``None`` if it did not succeed or is in another Dag."""
    succeeded = {task.task_id for task in sandbox.airflow.api.tasks(run) if task.state == "success"}
    return sandbox.airflow.api.xcom(run, task_id) if task_id in succeeded else None


def test_judge_again_before_any_run_says_what_to_run_first(runs):
    run = runs["judge_again too early"]

    assert run.states["find_results"] == "failed"
    assert "Run nightly_moderation first" in run.logs["find_results"]


def test_blocked_images_before_any_verdicts_says_what_to_run_first(runs):
    run = runs["blocked_images too early"]

    assert run.states == {"act": "failed"}
    assert "Run judge_again first" in run.logs["act"]


def test_the_nightly_dag_without_a_logical_date_moderates_the_last_24_hours(runs):
    run = runs["nightly_moderation"]

    assert set(run.states.values()) <= {"success", "skipped"}
    assert 0 < run.returned["results"]["counts"]["images"] < 199


def test_judge_again_after_a_run_judges_its_images_by_the_stricter_policy(runs):
    run = runs["judge_again"]

    assert run.states == {"find_results": "success", "judged": "success"}
    assert run.returned["judged"]["counts"]["images"] > 0


def test_blocked_images_by_hand_reports_the_newest_verdicts(runs):
    run = runs["blocked_images"]

    assert run.states == {"act": "success"}
    assert run.returned["act"] == runs["judge_again"].returned["judged"]["counts"]["block"]


def test_the_per_image_dag_works_without_a_logical_date(runs):
    assert set(runs["moderate_images"].states.values()) == {"success"}


def test_judge_again_works_after_runs_of_both_engines(runs):
    run = runs["judge_again after both engines"]

    assert run.states == {"find_results": "success", "judged": "success"}
    assert len(run.returned["judged"]["results_uris"]) == 2
