"""
Never pay twice: workers and a triggerer are killed with SIGKILL, in a complete Airflow with retries.

One run of one Dag. Every task has its own job; its first try dies at the step in its name.
"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pytest
from stack.local_stack import IMAGES, airflow_on, put_manifest

from airflow_provider_rekmedia.demo.local_airflow.state_changes import iter_state_changes

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(
        version("apache-airflow") < "3",
        reason="2.11 has another web server, API and login; there the same steps are killed in process",
    ),
]


@dataclass
class CrashRun:
    """The outcome of the run."""

    states: dict[str, str | None]
    tries: dict[str, int]
    jobs: dict[str, dict[str, Any]]
    usage: dict[str, Any]
    triggerer_was_killed: bool


@pytest.fixture(scope="module")
def crashed(tmp_path_factory, rekmedia_emulator_server) -> CrashRun:
    aws = rekmedia_emulator_server
    aws.reset()
    aws.configure(created_s=0.5, queued_s=0.5, in_progress_s=5)
    put_manifest(aws)
    settings = {
        "AIRFLOW__CORE__PARALLELISM": "4",
        # Seconds without heartbeat after which the triggers of a lost triggerer move to another one. The
        # heartbeat is every 5 s; the default is 30 s.
        "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "12",
    }
    with airflow_on(aws, tmp_path_factory.mktemp("crash"), "crash_matrix", **settings) as airflow:
        run = airflow.api.trigger("crash_matrix")
        killed = False
        for task in iter_state_changes(airflow, run, timeout_s=400):
            if not killed and task.state == "deferred":
                airflow.replace("triggerer")
                killed = True
        seen = {task.task_id: task for task in airflow.api.tasks(run)}
        return CrashRun(
            states={name: task.state for name, task in seen.items()},
            tries={name: task.try_number for name, task in seen.items()},
            jobs={name: airflow.api.xcom(run, name) for name in seen},
            usage=aws.usage(),
            triggerer_was_killed=killed,
        )


def test_every_task_succeeds_whatever_died(crashed):
    assert crashed.triggerer_was_killed
    assert set(crashed.states.values()) == {"success"}


def test_every_worker_that_should_die_did(crashed):
    assert {name: tries for name, tries in crashed.tries.items() if tries < 2} == {"deferrable.never": 1}


def test_there_is_one_job_for_each_task(crashed):
    assert len({job["job_id"] for job in crashed.jobs.values()}) == len(crashed.jobs)
    assert crashed.usage["jobs"] == len(crashed.jobs)


def test_every_image_is_billed_once_for_each_task(crashed):
    assert crashed.usage["images_billed"] == IMAGES * len(crashed.jobs)


def test_every_returned_job_has_results(crashed):
    assert all(job["status"] == "SUCCEEDED" and job["results_uri"] for job in crashed.jobs.values())
