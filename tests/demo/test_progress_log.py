"""Progress is one line per event."""

import re

from airflow_provider_rekmedia.demo.progress_log import ProgressLog


def test_a_line_has_the_seconds_the_source_and_the_event(capsys):
    ProgressLog().write("airflow", "healthy")

    assert re.fullmatch(r" +\d+\.\d s  airflow {14}healthy\n", capsys.readouterr().out)
