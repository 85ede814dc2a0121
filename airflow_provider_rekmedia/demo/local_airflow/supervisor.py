"""
Start and stop a complete Airflow on this machine: api-server, Dag processor, scheduler and triggerer.

``airflow standalone`` starts the same four processes. It is not used here, for these reasons (Airflow 3.3):
it does not notice when one of them dies; its scheduler and triggerer serve logs on all network interfaces;
SIGTERM to it does not stop them.
"""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Self

from airflow_provider_rekmedia.demo.errors import DagImportFailed

from .processes import BackgroundProcess, stop_processes
from .rest_api import AirflowApi, DagRun, TaskRun
from .settings import HOST, airflow_settings, clean_environment, find_free_ports
from .waiting import wait_until

__all__ = ["LocalAirflow"]

#: No log servers: the api-server reads all logs from this machine's disk.
_COMPONENTS: Final = {
    "api-server": (),
    "dag-processor": (),
    "scheduler": ("--skip-serve-logs",),
    "triggerer": ("--skip-serve-logs",),
}
_MIGRATION_TIMEOUT_S: Final = 180.0
_START_TIMEOUT_S: Final = 240.0
_PARSE_TIMEOUT_S: Final = 60.0


class LocalAirflow:
    """
    A local Airflow. The context manager creates the database on entry, and stops all processes on exit.

    :param home: folder for database, configuration and logs; it must not exist
    :param dags: folder with the Dags
    :param port: of the api-server, on loopback; ``None`` is a free one
    """

    def __init__(self, home: Path, dags: Path, *, port: int | None = None) -> None:
        port = port or find_free_ports(1)[0]
        self.url = f"http://{HOST}:{port}"
        self.api = AirflowApi(self.url)
        self.home = home
        self._environment = clean_environment() | airflow_settings(home, dags, port=port)
        self._processes: dict[str, BackgroundProcess] = {}

    def __enter__(self) -> Self:
        """Start to create the database."""
        self.home.mkdir(parents=True)
        self._start("db", "migrate")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop every process."""
        self.api.close()
        stop_processes(self._processes.values())

    @property
    def processes(self) -> Sequence[BackgroundProcess]:
        """The processes that were started, each in its own process group."""
        return tuple(self._processes.values())

    def start(self, settings: Mapping[str, str]) -> None:
        """
        Wait for the database, then start the components. They are not ready yet.

        :param settings: environment variables to add, for example connections
        :raises ProcessDied: the database could not be created
        """
        self._processes.pop("db").wait(timeout_s=_MIGRATION_TIMEOUT_S)
        self._environment |= settings
        for component, options in _COMPONENTS.items():
            self._start(component, *options)

    def wait_until_ready(self, dag_id: str) -> None:
        """
        Wait until every component is healthy and a Dag is loaded.

        :raises DagImportFailed: a Dag file cannot be imported
        :raises ProcessDied: a component ended
        :raises TimeoutError: Airflow is not ready after minutes
        """
        wait_until(self.api.is_healthy, what="Airflow", timeout_s=_START_TIMEOUT_S, needed=self.processes)
        is_loaded = partial(self._is_loaded, dag_id)
        what = f"the Dag {dag_id}"
        wait_until(is_loaded, what=what, timeout_s=_PARSE_TIMEOUT_S, needed=self.processes)

    def replace(self, component: str) -> None:
        """
        Kill a component with all that it started, and start it again, as after the loss of a machine.

        :param component: for example ``scheduler`` or ``triggerer``
        """
        self._processes.pop(component).kill()
        self._start(component, *_COMPONENTS[component])

    def check(self) -> None:
        """
        Check that every component runs.

        :raises ProcessDied: one has ended
        """
        for process in self.processes:
            process.check()

    def task_log(self, run: DagRun, task: TaskRun) -> Path:
        """Return the log file of a task's last try."""
        folder = (
            self.home / "logs" / f"dag_id={run.dag_id}" / f"run_id={run.run_id}" / f"task_id={task.task_id}"
        )
        if task.map_index >= 0:
            folder /= f"map_index={task.map_index}"
        return max(folder.glob("attempt=*.log"), default=folder / "attempt=1.log")

    def _start(self, command: str, *options: str) -> None:
        self._processes[command] = BackgroundProcess(
            command,
            [sys.executable, "-m", "airflow", command, *options],
            environment=self._environment,
            log=self.home / f"{command}.log",
        )

    def _is_loaded(self, dag_id: str) -> bool:
        if errors := self.api.import_errors():
            raise DagImportFailed("\n".join(errors))
        return self.api.has_dag(dag_id)
