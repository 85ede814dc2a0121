"""Every error of the demo says what happened, and names the log that shows the cause."""

from pathlib import Path

import pytest

from airflow_provider_rekmedia.demo.errors import DemoError, FolderInUse, ProcessDied, TaskFailed

LOG = Path("task.log")


@pytest.mark.parametrize(
    ("error", "message", "log"),
    [
        (ProcessDied("scheduler", -9, LOG), "scheduler ended with exit code -9", LOG),
        (TaskFailed("moderate[0]", LOG), "The task moderate[0] failed", LOG),
        (FolderInUse("in use"), "in use", None),
    ],
)
def test_message_and_log(error, message, log):
    assert isinstance(error, DemoError)
    assert (str(error), error.log) == (message, log)
