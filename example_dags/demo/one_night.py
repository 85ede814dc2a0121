"""``make demo``: one night from beginning to end, and the account of it."""

from pathlib import Path
from typing import Final

from demo.account import read_account
from demo.airflow_rest import DagRun
from demo.bucket import copy_bucket
from demo.files import iter_files
from demo.night import iter_changes
from demo.progress import Progress
from demo.stage import BUCKET, DAG_ID, Stage, raised_stage

__all__ = ["NightFailed", "show_one_night"]

_NIGHT_TIMEOUT_S: Final = 300.0
_DELETED: Final = 2


class NightFailed(RuntimeError):
    """
    A task of the run failed.

    :param task: as people write it
    :param log: of the task
    """

    def __init__(self, task: str, log: Path) -> None:
        super().__init__(f"The task {task} failed")
        self.log = log


def show_one_night(folder: Path, progress: Progress) -> None:
    """
    Run the nightly Dag once in a real Airflow, and print what it did.

    :param folder: for everything that it writes; emptied first
    :raises NightFailed: a task failed
    """
    with raised_stage(folder, progress) as stage:
        run = stage.begin_night()
        progress.tell(DAG_ID, f"triggered: {run.run_id}")
        _watch(stage, run, progress)
        account = read_account(stage.airflow.rest, run, billed=stage.aws.usage()["images_billed"])
        copy_bucket(stage.s3, BUCKET, folder / BUCKET)
    progress.tell("airflow", "stopped")
    for line in (*account.iter_lines(), *iter_files(folder)):
        print(line)
    print("\nTo click through all this in Airflow: make airflow")


def _watch(stage: Stage, run: DagRun, progress: Progress) -> None:
    deleted: list[str] = []
    for task in iter_changes(stage.airflow, run, timeout_s=_NIGHT_TIMEOUT_S):
        progress.tell(task.label, _STATES.get(str(task.state), str(task.state)))
        if task.state == "deferred" and not deleted:
            deleted = [key for key in stage.keys if "portrait" in key][:_DELETED]
            for key in deleted:
                stage.s3.delete_object(Bucket=BUCKET, Key=key)
            progress.tell(
                "bucket", f"{len(deleted)} photos deleted by their owners, while the job is at work"
            )
        if task.state == "failed":
            raise NightFailed(task.label, stage.airflow.task_log(run, task))


#: Airflow's words that need a few more.
_STATES: Final = {"deferred": "deferred: the job is at work, no worker is held"}
