# [START conftest]
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]

# Airflow reads its environment once, when it is imported. pytest loads this file before the tests.
os.environ |= {
    "AIRFLOW_HOME": str(PROJECT / ".airflow"),
    "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AWS_EC2_METADATA_DISABLED": "true",
}
os.environ.pop("AWS_PROFILE", None)
sys.path.insert(0, str(PROJECT / "dags"))


@pytest.fixture(scope="session")
def airflow_database():
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True)


@pytest.fixture
def aws(airflow_database, rekmedia_emulator, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", rekmedia_emulator.airflow_connection())
    return rekmedia_emulator


# [END conftest]
