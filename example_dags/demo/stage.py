"""Everything that a night needs, up together and down together: bucket, emulated AWS, Airflow."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from airflow_provider_rekmedia.emulator import Handle, Settings, running
from demo.airflow_rest import DagRun
from demo.bucket import fill_bucket
from demo.database import cached_database
from demo.local_airflow import LocalAirflow
from demo.own_folder import own_folder
from demo.progress import Progress
from demo.sample_images import iter_sample_files

__all__ = ["BUCKET", "DAG_ID", "Stage", "raised_stage"]

DAG_ID: Final = "nightly_moderation"

#: Where the Dag looks when nobody tells it otherwise.
BUCKET: Final = "photos"
IMAGES: Final = "uploads/"

_DAGS: Final = Path(__file__).parents[1]

#: Long enough for Airflow's scheduler: a task that resumes at once after deferring may be marked failed
#: (apache/airflow#66374).
_IN_PROGRESS_S: Final = 6.0


@dataclass(frozen=True)
class Stage:
    """
    What is up.

    :param keys: the objects in the bucket before the night
    :param now: when they were put there, aware UTC; most of them are of the day before
    """

    airflow: LocalAirflow
    aws: Handle
    s3: Any
    keys: Sequence[str]
    now: datetime

    def begin_night(self) -> DagRun:
        """Trigger the Dag for the day of the sample files, even if midnight has passed since."""
        return self.airflow.rest.trigger(DAG_ID, logical_date=self.now)


@contextmanager
def raised_stage(folder: Path, progress: Progress, *, port: int | None = None) -> Iterator[Stage]:
    """
    Start everything, side by side where possible; stop all of it on the way out.

    :param folder: for database, logs and files; emptied first
    :param progress: told about every step
    :param port: Airflow's; a free one when ``None``
    """
    cache = cached_database(folder.parent)
    if not cache.is_file():
        progress.tell("airflow", "making its database, once")
    with (
        own_folder(folder),
        LocalAirflow(folder / "airflow", _DAGS, port=port, database_cache=cache) as airflow,
        running(Settings(in_progress_s=_IN_PROGRESS_S)) as aws,
    ):
        progress.tell("emulator", f"S3 and Rekognition: {aws.endpoint_url}")
        s3 = aws.client("s3")
        now = datetime.now(UTC)
        keys = _upload(s3, progress, now=now)
        airflow.start({"AIRFLOW_CONN_AWS_DEFAULT": aws.airflow_connection()})
        progress.tell("airflow", "starting api-server, dag-processor, scheduler, triggerer")
        airflow.wait_until_ready(DAG_ID)
        progress.tell("airflow", f"healthy, with the Dag {DAG_ID}: {airflow.url}")
        try:
            yield Stage(airflow, aws, s3, keys, now)
        finally:
            progress.tell("airflow", "stopping")


def _upload(s3: Any, progress: Progress, *, now: datetime) -> list[str]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    files = list(iter_sample_files(IMAGES, day=today - timedelta(days=1)))
    size_bytes = fill_bucket(s3, BUCKET, files)
    progress.tell("bucket", f"{len(files)} files, {size_bytes / 1e6:.1f} MB: s3://{BUCKET}/{IMAGES}")
    return [file.key for file in files]
