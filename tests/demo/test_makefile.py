"""The Makefile is the first thing that a newcomer meets."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PHONY = re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["/usr/bin/env", "make", "-C", str(ROOT), *arguments]
    # The variables of a make that runs these tests are not for this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_make_alone_lists_every_target_with_what_it_does():
    listed = dict(re.findall(r"^  ([a-z-]+) +(\S.*)$", make().stdout, re.MULTILINE))

    assert set(listed) == set(PHONY)


@pytest.mark.parametrize("choice", ["AIRFLOW=4", "INSTALLER=conda"])
def test_an_unknown_choice_is_refused_with_the_known_ones(choice):
    refused = make("-n", "test", choice)

    assert refused.returncode == 2
    assert f"{choice}: say {choice.split('=')[0]}=" in refused.stderr


@pytest.mark.parametrize(("airflow", "environment"), [("3", ".venv/"), ("2", ".venv-airflow2/")])
def test_each_airflow_version_has_its_own_environment(airflow, environment):
    assert f"{environment}bin/python -m pytest" in make("-n", "test", f"AIRFLOW={airflow}").stdout


def test_the_pages_can_be_tested_on_another_release():
    planned = make("-n", "-B", "browser", "AIRFLOW_BROWSER=3.1.8").stdout

    assert ".venv-browser3.1.8/bin/python -m pytest -m browser tests/browser/test_mod" in planned
    assert "-c .ci/constraints-airflow-3.1.8.txt" in planned
