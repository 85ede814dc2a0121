"""Fixtures that run the documented Dags: a bucket on the emulator, and the Dags themselves."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from dag_files import copy_dag_file

DAGS = Path(__file__).parent / "dags"


@pytest.fixture
def uploads(photos) -> None:
    """Upload a flagged image, a clean image, and a file that is not an image."""
    photos.put("pills.jpg", labels="Pills=88")
    photos.put("cat.jpg")
    photos.put("broken.jpg", body=b"GIF89a, not what its name says")


def load(name: str, dags_folder: Path) -> Any:
    """Copy a documented Dag's file to the Dags folder, where ``dag.test()`` needs it, and import it."""
    path = copy_dag_file(DAGS / name, dags_folder)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def how_to_many(airflow_database, dags_folder) -> Any:
    """Return the documented Dag of many manifests, with shorter waits."""
    dag = load("how_to_many.py", dags_folder).new_images.dag
    for task_id, task in dag.task_dict.items():
        if task_id.startswith("moderate"):
            task.partial_kwargs |= {"poll_interval": 0.2}
    return dag


@pytest.fixture
def how_to(airflow_database, dags_folder) -> Any:
    """Return the documented Dag, with shorter waits."""
    module = load("how_to.py", dags_folder)
    for task in (module.start, module.job):
        task.poll_interval = task.poke_interval = 0.2
    module.moderate.partial_kwargs |= {"poll_interval": 0.2}
    return module.start.dag
