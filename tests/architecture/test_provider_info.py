"""The provider's metadata, which Airflow reads at every start, agrees with the package."""

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


def test_the_installed_airflow_accepts_it():
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())

    jsonschema.validate(INFO, schema)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_module_with_a_class_is_listed_once_and_no_other(kind):
    assert CLASSES[kind]
    modules = {found.__module__ for found in CLASSES[kind]}
    if kind == "operators":  # before Airflow 3.1, its class is no operator
        modules.add("airflow_provider_rekmedia.operators.review")
    assert listed(kind) == sorted(modules)


def test_every_link_is_listed_once_and_no_other():
    assert INFO["extra-links"] == sorted(f"{link.__module__}.{link.__name__}" for link in LINKS)


def test_every_path_can_be_imported():
    for module in (module for kind in CLASSES for module in listed(kind)):
        importlib.import_module(module)
    for path in INFO["extra-links"] + INFO["cli"]:
        module, _, name = path.rpartition(".")
        assert hasattr(importlib.import_module(module), name)


def test_every_entry_belongs_to_a_named_integration():
    named = {integration["integration-name"] for integration in INFO["integrations"]}

    assert {entry["integration-name"] for kind in CLASSES for entry in INFO[kind]} == named


def test_the_entry_point_leads_to_it():
    (point,) = (
        point
        for point in entry_points(group="apache_airflow_provider")
        if point.module.startswith("airflow_provider_rekmedia")
    )

    assert point.load() is get_provider_info


HEAVY = ("airflow", "boto3", "botocore", "moto", "werkzeug", "PIL", "yaml", "msgspec")


@pytest.mark.parametrize(
    "module", ["get_provider_info", "command_line.airflow_command", "emulator.pytest_plugin"]
)
def test_modules_that_airflow_and_pytest_always_import_are_light(module):
    program = (
        "import sys; import pytest; before = set(sys.modules); "
        f"import airflow_provider_rekmedia.{module}; print(*(set(sys.modules) - before))"
    )

    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert f"airflow_provider_rekmedia.{module}" in process.stdout.split()
    assert not {name.split(".")[0] for name in process.stdout.split()} & set(HEAVY)
