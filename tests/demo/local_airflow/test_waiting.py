"""Waiting ends: with success, with a timeout, or with the death of a process that is needed."""

import os
import sys

import pytest

from airflow_provider_rekmedia.demo.errors import ProcessDied
from airflow_provider_rekmedia.demo.local_airflow.processes import BackgroundProcess
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until


def test_it_returns_as_soon_as_the_condition_is_true():
    answers = iter([False, False, True])

    wait_until(lambda: next(answers), what="the third answer", timeout_s=30)

    assert list(answers) == []


def test_a_timeout_says_what_was_expected():
    with pytest.raises(TimeoutError, match="waiting for what never happens"):
        wait_until(lambda: False, what="what never happens", timeout_s=0.1)


def test_it_ends_at_once_if_a_needed_process_dies(tmp_path):
    code = "print('no memory'); raise SystemExit(3)"
    process = BackgroundProcess(
        "process", [sys.executable, "-c", code], environment=dict(os.environ), log=tmp_path / "process.log"
    )

    with pytest.raises(ProcessDied, match="process ended with exit code 3") as failure:
        wait_until(lambda: False, what="what never happens", timeout_s=30, needed=[process])

    assert failure.value.log.read_text() == "no memory\n"
