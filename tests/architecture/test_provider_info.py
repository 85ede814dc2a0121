"""What Airflow reads to know the package is true, and complete both ways."""

import importlib
import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import airflow
import jsonschema
import pytest
from architecture.inventory import HOOKS, LINKS, OPERATORS, SENSORS, TRIGGERS

from airflow_provider_rekmedia.get_provider_info import get_provider_info

INFO = get_provider_info()
CLASSES = {"operators": OPERATORS, "sensors": SENSORS, "hooks": HOOKS, "triggers": TRIGGERS}


def listed(kind):
    return [module for entry in INFO[kind] for module in entry["python-modules"]]


def test_it_is_valid_for_the_installed_airflow():
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())

    jsonschema.validate(INFO, schema)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_module_with_a_class_is_listed_once_and_no_other(kind):
    assert CLASSES[kind]
    assert listed(kind) == sorted({each.__module__ for each in CLASSES[kind]})


def test_every_link_is_listed_once_and_no_other():
    assert INFO["extra-links"] == sorted(f"{each.__module__}.{each.__name__}" for each in LINKS)


def test_every_path_can_be_imported():
    for module in (module for kind in CLASSES for module in listed(kind)):
        importlib.import_module(module)
    for path in INFO["extra-links"]:
        module, _, name = path.rpartition(".")
        assert hasattr(importlib.import_module(module), name)


def test_every_kind_belongs_to_a_named_integration():
    named = {each["integration-name"] for each in INFO["integrations"]}

    assert {entry["integration-name"] for kind in CLASSES for entry in INFO[kind]} == named


def test_airflow_finds_it():
    (found,) = (
        each
        for each in entry_points(group="apache_airflow_provider")
        if each.module.startswith("airflow_provider_rekmedia")
    )

    assert found.load() is get_provider_info


HEAVY = ("airflow", "boto3", "botocore", "moto", "werkzeug", "PIL", "yaml", "msgspec")


@pytest.mark.parametrize("module", ["get_provider_info", "emulator.pytest_plugin"])
def test_what_is_imported_at_every_start_imports_nothing_heavy(module):
    program = (
        "import sys; import pytest; before = set(sys.modules); "
        f"import airflow_provider_rekmedia.{module}; print(*(set(sys.modules) - before))"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert f"airflow_provider_rekmedia.{module}" in ran.stdout.split()
    assert not {name.split(".")[0] for name in ran.stdout.split()} & set(HEAVY)
