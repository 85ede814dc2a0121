"""The program ``night``: run the nightly Dag once, undo its quarantine, and print the result."""

from pathlib import Path
from typing import Any, Final

from .bucket import download_bucket, read_objects
from .errors import TaskFailed
from .local_airflow.rest_api import DagRun
from .local_airflow.state_changes import iter_state_changes
from .output_files import iter_output_lines
from .progress_log import ProgressLog
from .quarantine_overview import QuarantineOverview
from .run_overview import fetch_run_overview
from .sandbox import BUCKET, DAG_ID, IMAGES, UNDO_DAG_ID, Sandbox, running_sandbox
from .serve import command_to_serve

__all__ = ["run_nightly_dag"]

_RUN_TIMEOUT_S: Final = 300.0
_DELETED_PHOTOS: Final = 2
#: Airflow's states that need an explanation.
_STATES: Final = {"deferred": "deferred: the job is running, no worker is held"}


def run_nightly_dag(folder: Path, progress: ProgressLog) -> None:
    """
    Run the nightly Dag once in a local Airflow, undo its quarantine, and print the result.

    :param folder: for all files; emptied first
    :raises TaskFailed: a task failed
    """
    with running_sandbox(folder, progress) as sandbox:
        run = sandbox.trigger_nightly_dag()
        progress.write(DAG_ID, f"triggered: {run.run_id}")
        before = read_objects(sandbox.s3, BUCKET, IMAGES)
        _wait_for_run(sandbox, run, progress)
        overview = fetch_run_overview(sandbox.airflow.api, run, billed=sandbox.aws.usage()["images_billed"])
        download_bucket(sandbox.s3, BUCKET, folder / BUCKET)
        undone = _undo_quarantine(sandbox, run, progress)
        quarantine = QuarantineOverview.compare(
            sandbox.airflow.api.xcom(run, "quarantine"),
            undone,
            before,
            read_objects(sandbox.s3, BUCKET, IMAGES),
        )
    for line in (*overview.iter_lines(), *quarantine.iter_lines(), *iter_output_lines(folder)):
        print(line)
    print(f"\nTo open all this in Airflow's UI, and to review images yourself: {command_to_serve()}")


def _undo_quarantine(sandbox: Sandbox, run: DagRun, progress: ProgressLog) -> dict[str, Any]:
    """Run the Dag that undoes actions; return what it did."""
    sandbox.airflow.wait_until_ready(UNDO_DAG_ID)
    api = sandbox.airflow.api
    log = api.xcom(run, "quarantine", key="action_log")
    undo = api.trigger(UNDO_DAG_ID, params={"action_log": log})
    progress.write(UNDO_DAG_ID, f"triggered: {undo.run_id}")
    for task in iter_state_changes(sandbox.airflow, undo, timeout_s=_RUN_TIMEOUT_S):
        progress.write(task.label, str(task.state))
        if task.state == "failed":
            raise TaskFailed(task.label, sandbox.airflow.task_log(undo, task))
    return dict(api.xcom(undo, "undo"))


def _wait_for_run(sandbox: Sandbox, run: DagRun, progress: ProgressLog) -> None:
    """Print every state change. Delete two photos while the job runs, as their owners might."""
    deleted: list[str] = []
    for task in iter_state_changes(sandbox.airflow, run, timeout_s=_RUN_TIMEOUT_S):
        progress.write(task.label, _STATES.get(str(task.state), str(task.state)))
        if task.state == "deferred" and not deleted:
            deleted = [key for key in sandbox.keys if "portrait" in key][:_DELETED_PHOTOS]
            for key in deleted:
                sandbox.s3.delete_object(Bucket=BUCKET, Key=key)
            progress.write("bucket", f"{len(deleted)} photos deleted by their owners while the job runs")
        if task.state == "failed":
            raise TaskFailed(task.label, sandbox.airflow.task_log(run, task))
