"""A demo that cannot run says why, and what to do."""

import sys

import pytest

from airflow_provider_rekmedia.demo import command_line
from airflow_provider_rekmedia.demo.command_line import main
from airflow_provider_rekmedia.demo.errors import FolderInUse, TaskFailed


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Run the command line with another program, and return its exit code."""
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def run(error):
        def fail(folder, progress):
            if error:
                raise error

        monkeypatch.setattr(command_line, "_load_program", lambda name: fail)
        return main(["night", "--folder", str(tmp_path)])

    return run


def test_success_is_exit_code_0(program):
    assert program(None) == 0


def test_a_failed_task_is_reported_with_the_end_of_its_log(program, tmp_path, capsys):
    log = tmp_path / "attempt=1.log"
    log.write_text('{"level": "error", "event": "no such bucket"}\n')

    assert program(TaskFailed("results", log)) == 1

    assert "The task results failed" in (message := capsys.readouterr().err)
    assert "ERROR no such bucket" in message


def test_an_error_without_log_is_one_line(program, capsys):
    assert program(FolderInUse("the folder is in use")) == 1
    assert capsys.readouterr().err == "\nthe folder is in use\n"


def test_a_timeout_names_the_logs(program, tmp_path, capsys):
    assert program(TimeoutError("timed out, waiting for Airflow")) == 1
    assert f"Logs: {tmp_path / 'night' / 'airflow'}" in capsys.readouterr().err


def test_ctrl_c_is_exit_code_130(program):
    assert program(KeyboardInterrupt()) == 130


def test_a_missing_extra_is_reported_with_the_command_to_install_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(command_line, "version", lambda _: "3.1.0")
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    assert main(["night", "--folder", str(tmp_path)]) == 1
    assert "pip install 'airflow-provider-rekmedia[demo]'" in capsys.readouterr().err


def test_airflow_2_is_refused(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(command_line, "version", lambda _: "2.11.0")

    assert main(["night", "--folder", str(tmp_path)]) == 1
    assert "The demo needs Airflow 3. Airflow 2.11.0 is installed." in capsys.readouterr().err
