"""
What can stop the demo.

::

    DemoError              log: a file whose end shows the cause, or None
    ├─ MissingRequirement  Airflow 3 or the extra is not installed
    ├─ FolderInUse         another demo uses the folder
    ├─ DagImportFailed     Airflow cannot import a Dag file
    ├─ ProcessDied         a process ended that should run, or ended with an error
    └─ TaskFailed          a task of the Dag run failed
"""

from pathlib import Path

__all__ = ["DagImportFailed", "DemoError", "FolderInUse", "MissingRequirement", "ProcessDied", "TaskFailed"]


class DemoError(RuntimeError):
    """
    The demo cannot continue.

    :param message: what happened, and what to do if it is known
    :param log: a file whose end shows the cause
    """

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log


class MissingRequirement(DemoError):
    """A package is not installed."""


class FolderInUse(DemoError):
    """Another process uses the folder."""


class DagImportFailed(DemoError):
    """Airflow cannot import a Dag file."""


class ProcessDied(DemoError):
    """
    A process ended that should run, or ended with an error.

    :param name: the process, for people
    :param exit_code: its exit code; negative is the signal that killed it
    :param log: the file with its output
    """

    def __init__(self, name: str, exit_code: int, log: Path) -> None:
        super().__init__(f"{name} ended with exit code {exit_code}", log)


class TaskFailed(DemoError):
    """
    A task of the Dag run failed.

    :param task: its label
    :param log: the log of its last try
    """

    def __init__(self, task: str, log: Path) -> None:
        super().__init__(f"The task {task} failed", log)
