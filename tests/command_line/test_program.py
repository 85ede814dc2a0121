"""The command line starts fast, and turns errors into messages and exit statuses."""

import os
import subprocess
import sys
from importlib import import_module

import pytest

from airflow_provider_rekmedia.command_line.program import COMMANDS, build_parser, main

HEAVY = ("airflow", "boto3", "botocore", "jinja2", "yaml", "msgspec", "pyarrow", "PIL")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])

    assert end.value.code == 0
    assert f"python -m airflow_provider_rekmedia {name}" in capsys.readouterr().out


def test_help_names_every_command():
    lines = [line.split() for line in build_parser().format_help().splitlines()]

    assert {words[0] for words in lines if words} >= set(COMMANDS)


def test_a_command_is_required(capsys):
    with pytest.raises(SystemExit) as end:
        main([])

    assert end.value.code == 2


def test_an_error_is_a_message_and_status_1(capsys):
    assert main(["policy", "check", "no_such_policy"]) == 1

    assert "There is no policy at no_such_policy" in (message := capsys.readouterr().err)
    assert "Traceback" not in message


def test_ctrl_c_is_status_130(monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("airflow_provider_rekmedia.command_line.policy._list", lambda: interrupt(None))

    assert main(["policy", "list"]) == 130


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_ended_is_status_1_without_a_message(unbuffered):
    reader, writer = os.pipe()
    os.close(reader)

    process = subprocess.run(
        [sys.executable, "-m", "airflow_provider_rekmedia", "policy", "list"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        check=False,
    )
    os.close(writer)

    assert (process.returncode, process.stderr) == (1, b"")


def test_the_parser_imports_nothing_heavy():
    program = (
        "import sys; from airflow_provider_rekmedia.command_line.program import build_parser; build_parser();"
        "print(*sys.modules)"
    )

    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert not {name.split(".")[0] for name in process.stdout.split()} & set(HEAVY)


def test_every_command_is_a_module_with_a_parser_and_a_function_that_runs_it():
    for name in COMMANDS:
        module = import_module(f"airflow_provider_rekmedia.command_line.{name}")
        assert callable(module.add_parser)
        assert callable(module.run)
