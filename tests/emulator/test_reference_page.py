"""docs/reference/emulator.md: its code runs, and its tables are complete."""

import dataclasses
import json
import re
import textwrap
from pathlib import Path

import pytest
import yaml

from airflow_provider_rekmedia.emulator.faults.fault import KINDS, Fault, parse_faults
from airflow_provider_rekmedia.emulator.server.admin import ACTIONS
from airflow_provider_rekmedia.emulator.server.command_line import build_parser
from airflow_provider_rekmedia.emulator.server.handle import Handle
from airflow_provider_rekmedia.emulator.settings.rules import parse_rules
from airflow_provider_rekmedia.emulator.settings.settings import Settings
from airflow_provider_rekmedia.emulator.settings.undocumented_behavior import UndocumentedBehavior

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/emulator.md").read_text()

QUOTES = re.findall(r"<!-- from: (\S+) START (\w+) -->\n```python\n(.*?)```", PAGE, re.DOTALL)


def rows_of(heading):
    """Read the cells of a section's first table, without its head."""
    section = PAGE.split(f"\n{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("path", "name", "quoted"), QUOTES)
def test_python_is_quoted_from_a_file_that_ran(path, name, quoted):
    region = re.search(rf"# \[START {name}\]\n(.*?)# \[END {name}\]", (ROOT / path).read_text(), re.DOTALL)
    assert textwrap.dedent(region[1]).strip() == quoted.strip()


def test_all_python_is_quoted():
    assert len(QUOTES) == len(blocks("python")) == 6


def test_every_guess_is_listed_with_its_default():
    listed = {setting.strip("`"): default for _, default, setting, _ in rows_of("## Guesses") if setting}
    guesses = {field.name: field.default for field in dataclasses.fields(UndocumentedBehavior)}
    assert set(guesses) <= set(listed) <= {field.name for field in dataclasses.fields(Settings)}
    for name, default in guesses.items():
        if not isinstance(default, bool) and default is not None:
            assert str(default) in listed[name], name


def test_every_option_is_described_or_is_a_guess():
    guesses = {field.name for field in dataclasses.fields(UndocumentedBehavior)}
    for action in build_parser()._actions:
        is_described = f"`{action.option_strings[-1]}" in PAGE
        assert is_described or action.dest in {*guesses, "help"}, action.dest


def test_every_admin_path_is_described():
    described = {row[0].strip("`") for row in rows_of("## Admin paths")}
    assert described == {f"{method} /_rekmedia/{path}" for method, path in ACTIONS}


def test_every_fault_is_described():
    assert {row[0].strip("`") for row in rows_of("### Faults")} == set(KINDS)
    for name in Fault.__struct_fields__:
        assert f"`{name}`" in PAGE or name == "kind", name


def test_every_method_of_the_handle_is_described():
    for name in vars(Handle):
        assert name.startswith("_") or f"`{name}" in PAGE, name


def test_the_rules_are_valid():
    (text,) = blocks("yaml")
    assert len(parse_rules(yaml.safe_load(text)["rules"])) == 2


def test_the_faults_are_valid():
    faults = [json.loads(text) for text in blocks("json") if '"kind"' in text]
    assert len(parse_faults(faults[0])) == 5


def test_the_commands_are_valid():
    commands = [line.split() for text in blocks("sh") for line in text.splitlines() if "python -m" in line]
    for command in commands:
        build_parser().parse_args(command[3:])
    assert len(commands) == 1
