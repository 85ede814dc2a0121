"""The demo's sandbox: an emulated AWS with a filled bucket, and a local Airflow that uses it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from airflow_provider_rekmedia.emulator import Handle, Settings, running

from .bucket import fill_bucket
from .folder_lock import locked_folder
from .images.sample_images import iter_sample_files
from .local_airflow.rest_api import DagRun
from .local_airflow.supervisor import LocalAirflow
from .progress_log import ProgressLog

__all__ = ["BUCKET", "DAG_ID", "IMAGES", "UNDO_DAG_ID", "Sandbox", "find_dags_folder", "running_sandbox"]

DAG_ID: Final = "nightly_moderation"
#: The Dag that moves quarantined images back.
UNDO_DAG_ID: Final = "undo_actions"

#: The bucket and the prefix that the example Dags use by default.
BUCKET: Final = "photos"
IMAGES: Final = "uploads/"

#: Long enough for Airflow's scheduler: it may fail a task that resumes at once after it deferred
#: (apache/airflow#66374).
_IN_PROGRESS_S: Final = 6.0


@dataclass(frozen=True)
class Sandbox:
    """
    A running sandbox.

    :param airflow: the local Airflow; its connection ``aws_default`` is the emulator
    :param aws: the emulator
    :param s3: a boto3 client of the emulator
    :param keys: the objects in the bucket at the start
    :param now: when they were uploaded, aware UTC; most of them have a modification time on the day before
    """

    airflow: LocalAirflow
    aws: Handle
    s3: Any
    keys: Sequence[str]
    now: datetime

    def trigger_nightly_dag(self) -> DagRun:
        """Trigger the nightly Dag for the day of the sample files, even if midnight has passed since."""
        return self.airflow.api.trigger(DAG_ID, logical_date=self.now)


def find_dags_folder() -> Path:
    """Return the folder of the example Dags: inside an installed package, or beside it in a clone."""
    installed = Path(__file__).parent / "dags"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "example_dags"


@contextmanager
def running_sandbox(folder: Path, progress: ProgressLog, *, port: int | None = None) -> Iterator[Sandbox]:
    """
    Start a sandbox, and stop all of it on exit.

    :param folder: for database, logs and files; emptied first
    :param progress: prints every step
    :param port: of Airflow's api-server; ``None`` is a free one
    :raises FolderInUse: another demo uses the folder
    :raises DagImportFailed: Airflow cannot import a Dag file
    :raises ProcessDied: a component of Airflow ended
    """
    with (
        locked_folder(folder),
        LocalAirflow(folder / "airflow", find_dags_folder(), port=port) as airflow,
        running(Settings(in_progress_s=_IN_PROGRESS_S)) as aws,
    ):
        progress.write("airflow", "creating its database")
        progress.write("emulator", f"S3 and Rekognition: {aws.endpoint_url}")
        s3 = aws.client("s3")
        now = datetime.now(UTC)
        keys = _upload_samples(s3, progress, now=now)
        airflow.start({"AIRFLOW_CONN_AWS_DEFAULT": aws.airflow_connection()})
        progress.write("airflow", "starting api-server, dag-processor, scheduler, triggerer")
        airflow.wait_until_ready(DAG_ID)
        progress.write("airflow", f"healthy, with the Dag {DAG_ID}: {airflow.url}")
        try:
            yield Sandbox(airflow, aws, s3, keys, now)
        finally:
            progress.write("airflow", "stopping")
    progress.write("airflow", "stopped")


def _upload_samples(s3: Any, progress: ProgressLog, *, now: datetime) -> list[str]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    files = list(iter_sample_files(IMAGES, day=today - timedelta(days=1)))
    size_bytes = fill_bucket(s3, BUCKET, files)
    progress.write("bucket", f"{len(files)} files, {size_bytes / 1e6:.1f} MB: s3://{BUCKET}/{IMAGES}")
    return [file.key for file in files]
