"""The layers hold, and import-linter would say so if they did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from architecture.inventory import NAME, PACKAGE, ROOT

pytest.importorskip("importlinter", reason="the linters are installed beside Airflow 3 only")

LINT = Path(sys.executable).parent / "lint-imports"


def lint(folder):
    command = [str(LINT), "--no-cache", "--config", "pyproject.toml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the package, with the real contracts; the linter looks in its working folder first."""
    shutil.copytree(PACKAGE, tmp_path / NAME, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(folder, module, line):
    path = folder / NAME / module
    path.write_text(f"{path.read_text()}\n{line}\n")


def test_every_contract_is_kept():
    told = lint(ROOT)

    assert told.returncode == 0, told.stdout
    assert " kept, 0 broken" in told.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core/jobs/polling.py", "import airflow", "The core touches nothing"),
        ("core/jobs/polling.py", "import time", "The core touches nothing"),
        ("adapters/s3/objects.py", "import airflow", "Services and adapters do not import Airflow"),
        ("adapters/s3/objects.py", f"from {NAME}.hooks import rekognition", "Imports point down"),
        ("adapters/s3/objects.py", f"from {NAME}.services import wait_for_jobs", "Imports point down"),
        ("services/submit_job.py", "import airflow", "Services and adapters do not import Airflow"),
        ("services/submit_job.py", "import boto3", "Services call AWS only through adapters"),
        ("services/submit_job.py", f"from {NAME}.hooks import rekognition", "Imports point down"),
        ("hooks/rekognition.py", f"from {NAME}.tasks import lineage", "Imports point down"),
        ("tasks/deferral.py", f"from {NAME}.triggers import submission", "Imports point down"),
        ("triggers/submission.py", f"from {NAME}.operators import manifest", "Imports point down"),
        ("sensors/media_analysis.py", f"from {NAME}.task_groups import moderation", "Imports point down"),
        ("operators/manifest.py", f"from {NAME}.sensors import media_analysis", "Imports point down"),
        ("emulator/job.py", f"from {NAME}.core import manifest", "The emulator stands alone"),
        (
            "hooks/rekognition.py",
            f"import {NAME}.emulator.server",
            "Shipping code never reaches the emulator",
        ),
    ],
)
def test_a_planted_import_is_refused(copy, module, line, contract):
    plant(copy, module, line)

    told = lint(copy)

    assert told.returncode == 1, told.stdout
    assert any(
        verdict.startswith(contract) and " BROKEN" in verdict for verdict in told.stdout.splitlines()
    ), told.stdout


def test_a_folder_without_a_place_among_the_layers_is_refused(copy):
    (copy / NAME / "somewhere").mkdir()
    (copy / NAME / "somewhere/__init__.py").write_text('"""New."""\n')

    assert lint(copy).returncode == 1
