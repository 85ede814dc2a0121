"""
Every test run has its own Airflow home and database.

This file sets the environment when pytest loads it, because Airflow reads it once, at its first import.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from dag_files import copy_dag_file
from fast_clients import speed_up_new_clients
from hypothesis import HealthCheck, settings

pytest_plugins = ["aws_stage", "connections", "emulated", "emulated_account"]

# No deadline: shared machines are slow. The examples of a property may share its fixtures.
settings.register_profile(
    "rekmedia", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# For a further Python or Airflow, where a property only has to hold as it does on the first.
settings.register_profile("fewer", settings.get_profile("rekmedia"), max_examples=15)
settings.load_profile("rekmedia")

_ROOT = Path(__file__).parents[1]
_HOME = Path(tempfile.mkdtemp(prefix="rekmedia-airflow-"))

for _name in [name for name in os.environ if name.startswith(("AIRFLOW_", "AWS_"))]:
    del os.environ[_name]

os.environ |= {
    "AIRFLOW_HOME": str(_HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(_HOME / "dags"),
    # Only Airflow 3 allows the LocalExecutor on SQLite.
    "AIRFLOW__CORE__EXECUTOR": "LocalExecutor" if version("apache-airflow") >= "3" else "SequentialExecutor",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(_HOME / "plugins"),
    "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
    "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_HOME}/airflow.db",
    "AIRFLOW__API_AUTH__JWT_SECRET": "0123456789abcdef" * 4,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


speed_up_new_clients()


#: Files and folders with few but long tests. They start first, so that no process waits for them at the end.
#: Between those that start a whole Airflow are others, because two cores are too few for several.
_LONGEST_FIRST = (
    "stack/test_crash_matrix.py",
    "dag_runs/",
    "stack/test_real_airflow.py",
    "emulator/test_recipe.py",
    "architecture/test_documented_dags.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first; the order within a file stays."""

    def rank(item: pytest.Item) -> int:
        path = item.path.relative_to(_ROOT / "tests").as_posix()
        ranks = (rank for rank, long in enumerate(_LONGEST_FIRST) if path.startswith(long))
        return next(ranks, len(_LONGEST_FIRST))

    items.sort(key=rank)


def pytest_configure(config: pytest.Config) -> None:
    """
    Keep the order of the tests, and let old libraries use what Python deprecates.

    The constraints of Airflow 2.11 and 3.0 pin these libraries.
    """
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # newer pytest-xdist starts with the files of most tests
    if version("apache-airflow") < "3.1":
        config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning:(?!airflow_provider_rekmedia)")
    # FAB, which `make browser` installs, has migrations that use what Alembic deprecates.
    config.addinivalue_line("filterwarnings", "ignore:No path_separator found:DeprecationWarning")


@pytest.fixture(scope="session", autouse=True)
def dags_folder() -> Iterator[Path]:
    """Copy every Dag that tests run to the Dags folder: ``dag.test()`` of Airflow 3 needs them there."""
    folder = _HOME / "dags"
    folder.mkdir()
    for source in (
        *(_ROOT / "example_dags").glob("*.py"),
        *(_ROOT / "tests" / "dag_runs" / "dags").glob("*.py"),
    ):
        copy_dag_file(source, folder)
    yield folder
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def clients() -> dict[tuple[str, str], Any]:
    """Cache boto3 clients by fixture and endpoint: a new client is slower than most tests."""
    return {}


@pytest.fixture(scope="session")
def airflow_database(dags_folder: Path) -> None:
    """Create the metadata database, for tests that run Dags."""
    from airflow.utils.db import initdb  # noqa: PLC0415 the environment must be set first

    initdb()
