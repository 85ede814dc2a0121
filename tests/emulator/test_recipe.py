"""The recipe "Test your own Dag" works when it is copied into an empty folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dag_files import copy_dag_file

RECIPE = Path(__file__).with_name("recipe")


def test_the_recipe_passes_in_an_empty_folder(tmp_path):
    project = tmp_path / "project"
    shutil.copytree(RECIPE, project, ignore=shutil.ignore_patterns("__pycache__"))
    copy_dag_file(RECIPE / "dags/nightly.py", project / "dags")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS", "PYTEST"))
    }
    environment |= {"HTTP_PROXY": "http://127.0.0.1:9", "AWS_PROFILE": "nowhere"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr
