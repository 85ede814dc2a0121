"""What a documented Dag needs to run: the emulator, a bucket, and the Dags folder."""

import importlib.util
import io
from pathlib import Path
from typing import Any

import pytest
from dag_files import copy_dag_file
from PIL import Image

DAGS = Path(__file__).parent / "dags"


@pytest.fixture
def photos(rekmedia_emulator, monkeypatch) -> Any:
    """Three uploads: one flagged, one clean, one no image; jobs are quick."""
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", rekmedia_emulator.airflow_connection())
    rekmedia_emulator.configure(created_s=0.1, queued_s=0.1, in_progress_s=0.2)
    s3 = rekmedia_emulator.client("s3")
    s3.create_bucket(Bucket="photos")
    file = io.BytesIO()
    Image.new("RGB", (96, 96), (200, 120, 40)).save(file, "JPEG")
    image = file.getvalue()
    s3.put_object(
        Bucket="photos", Key="uploads/pills.jpg", Body=image, Metadata={"rekmedia-labels": "Pills=88"}
    )
    s3.put_object(Bucket="photos", Key="uploads/cat.jpg", Body=image)
    s3.put_object(Bucket="photos", Key="uploads/broken.jpg", Body=b"GIF89a, not what its name says")
    return rekmedia_emulator


def load(name: str, dags_folder: Path) -> Any:
    """Load a documented Dag's file out of the Dags folder, where ``dag.test()`` looks."""
    path = copy_dag_file(DAGS / name, dags_folder)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def how_to_many(airflow_database, dags_folder) -> Any:
    """Give the documented Dag of many manifests with shorter waits."""
    dag = load("how_to_many.py", dags_folder).new_images.dag
    for task_id, task in dag.task_dict.items():
        if task_id.startswith("moderate"):
            task.partial_kwargs |= {"poll_interval": 0.2}
    return dag


@pytest.fixture
def how_to(airflow_database, dags_folder) -> Any:
    """Give the documented Dag with shorter waits."""
    module = load("how_to.py", dags_folder)
    for task in (module.start, module.job):
        task.poll_interval = task.poke_interval = 0.2
    module.moderate.partial_kwargs |= {"poll_interval": 0.2}
    return module.start.dag
