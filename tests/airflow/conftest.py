"""Buckets of images on the emulator, and Dags that run in this process."""

import importlib.util
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from airflow_provider_rekmedia.emulator import Settings

AIRFLOW_3 = version("apache-airflow") >= "3"


@pytest.fixture(scope="session")
def rekmedia_emulator_settings():
    """Quick jobs, and output keys that nobody can guess."""
    return Settings(created_s=0.1, queued_s=0.1, in_progress_s=0.3, unguessable_keys=True)


@pytest.fixture
def aws(rekmedia_emulator, monkeypatch):
    """The emulator, behind Airflow's default AWS connection."""
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", rekmedia_emulator.airflow_connection())
    return rekmedia_emulator


@dataclass
class Photos:
    """A bucket of images; what they show is in their metadata."""

    client: Any
    bucket: str = "photos"

    def put(self, name: str, *, labels: str = "", body: bytes | None = None) -> str:
        key = f"uploads/{name}"
        self.client.put_object(
            Bucket=self.bucket,
            Key=key,
            Body=jpeg() if body is None else body,
            Metadata={"rekmedia-labels": labels} if labels else {},
        )
        return f"s3://{self.bucket}/{key}"

    def put_manifest(self, *images: str, name: str = "manifest.jsonl") -> str:
        body = "".join(f'{{"source-ref": "{image}"}}\n' for image in images)
        self.client.put_object(Bucket=self.bucket, Key=name, Body=body.encode())
        return f"s3://{self.bucket}/{name}"

    @property
    def today(self) -> datetime:
        """Midnight before the newest image came in."""
        found = self.client.list_objects_v2(Bucket=self.bucket)["Contents"]
        newest: datetime = max(each["LastModified"] for each in found)
        return newest.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def jpeg(side: int = 96) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), (200, 120, 40)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def photos(aws) -> Photos:
    client = aws.client("s3")
    client.create_bucket(Bucket="photos")
    return Photos(client)


@pytest.fixture
def night(photos) -> Photos:
    """Seven uploads: two flagged, three clean, one no image, one too small."""
    photos.put("beach.jpg", labels="Female Swimwear or Underwear=97.5")
    photos.put("pills.jpg", labels="Pills=88.5")
    for name in ("cat.jpg", "dog.JPEG", "tree.png"):
        photos.put(name)
    photos.put("broken.jpg", body=b"GIF89a, not what its name says")
    photos.put("icon.jpg", body=jpeg(side=40))
    photos.put("notes.txt", body=b"skipped")
    return photos


def load_dag(path: Path) -> Any:
    """Import a Dag file afresh, as the Dag processor does, and give its one Dag."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return next(task.dag for task in vars(module).values() if isinstance(getattr(task, "dag_id", None), str))


@pytest.fixture
def run_dag(airflow_database, dags_folder) -> Callable[..., "DagRunSeen"]:
    """Run a Dag of the Dags folder to its end, in this process."""

    def run(name: str, *, at: datetime | None = None, **changes: Any) -> DagRunSeen:
        dag = load_dag(dags_folder / f"{name}.py")
        for task in dag.tasks:
            hurry(task)
        when = {"logical_date" if AIRFLOW_3 else "execution_date": at or datetime.now(UTC)}
        return DagRunSeen(dag.test(run_conf=changes or None, **when))

    return run


def hurry(task: Any) -> None:
    """Poll fast, and fail at once: ``dag.test()`` sits out the delay of a retry."""
    if hasattr(task, "partial_kwargs"):
        task.partial_kwargs |= {"poll_interval": 0.2, "retries": 0}
        return
    task.retries = 0
    if hasattr(task, "poll_interval"):
        task.poll_interval = 0.2


class DagRunSeen:
    """A finished Dag run, as its metadata tells it."""

    def __init__(self, dag_run: Any) -> None:
        self._dag_run = dag_run
        self.state = str(dag_run.state)

    def states(self) -> dict[str, str]:
        return {
            f"{ti.task_id}[{ti.map_index}]" if ti.map_index >= 0 else ti.task_id: str(ti.state)
            for ti in self._dag_run.get_task_instances()
        }

    def xcom(self, task_id: str, key: str = "return_value", map_index: int = -1) -> Any:
        ti = next(
            each
            for each in self._dag_run.get_task_instances()
            if (each.task_id, each.map_index) == (task_id, map_index)
        )
        return ti.xcom_pull(task_ids=task_id, key=key, map_indexes=map_index)
