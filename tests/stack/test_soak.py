"""Tests that take minutes: run them with ``make soak``."""

from importlib.metadata import version

import pytest
from stack.local_stack import IMAGES, airflow_on, put_manifest

from airflow_provider_rekmedia.demo.local_airflow.state_changes import iter_state_changes

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(version("apache-airflow") < "3", reason="2.11 has another web server, API and login"),
]


@pytest.fixture
def aws(rekmedia_emulator):
    put_manifest(rekmedia_emulator)
    return rekmedia_emulator


def run(airflow, dag_id, *, timeout_s):
    """Run a Dag until it ends, and return its tasks."""
    dag_run = airflow.api.trigger(dag_id)
    for _ in iter_state_changes(airflow, dag_run, timeout_s=timeout_s):
        pass
    return airflow.api.tasks(dag_run)


def test_forty_shards_share_five_slots_and_none_is_retried(aws, tmp_path):
    aws.configure(max_active_jobs=5, created_s=1, queued_s=1, in_progress_s=6)
    with airflow_on(aws, tmp_path, "slots", AIRFLOW__CORE__PARALLELISM="4") as airflow:
        tasks = run(airflow, "slots", timeout_s=900)

    assert {(task.state, task.try_number) for task in tasks} == {("success", 1)}
    usage = aws.usage()
    assert usage["jobs"] == 40
    assert usage["images_billed"] == 40 * IMAGES
    assert usage["most_active_jobs"] == 5
    assert usage["calls"]["StartMediaAnalysisJob"] > 40  # some waited for a slot


def test_a_job_faster_than_the_scheduler_fails_no_task_and_is_paid_once(aws, tmp_path):
    aws.configure(created_s=0.1, queued_s=0.1, in_progress_s=0.3)
    with airflow_on(aws, tmp_path, "quick_jobs", AIRFLOW__CORE__PARALLELISM="4") as airflow:
        tasks = run(airflow, "quick_jobs", timeout_s=600)

    assert [task.state for task in tasks] == ["success"] * 30
    assert aws.usage()["jobs"] == 30
    assert aws.usage()["images_billed"] == 30 * IMAGES
