"""
A whole Airflow on this machine: api-server, Dag processor, scheduler and triggerer, as one thing.

The four commands that ``airflow standalone`` runs, without the fifth process around them: healthy after about
13 s on 2 cores, where standalone needs 26 s or more.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Self

from demo.airflow_rest import AirflowRest, DagRun, TaskRun
from demo.airflow_settings import airflow_settings, free_ports, own_environment
from demo.background import Background, stop_together
from demo.database import copy_database, keep_database
from demo.waiting import wait_until

__all__ = ["DagRefused", "LocalAirflow"]

#: The log servers are left out: all logs lie on this machine, where the api-server reads them.
_COMPONENTS: Final = (
    ("api-server",),
    ("dag-processor",),
    ("scheduler", "--skip-serve-logs"),
    ("triggerer", "--skip-serve-logs"),
)
_MIGRATION_TIMEOUT_S: Final = 180.0
_START_TIMEOUT_S: Final = 240.0
_PARSE_TIMEOUT_S: Final = 60.0


class DagRefused(RuntimeError):
    """Airflow could not import a Dag file."""


class LocalAirflow:
    """
    An Airflow of its own. As a context manager it makes the database on entry, and stops everything on exit.

    :param home: folder for database, configuration and logs; made anew
    :param dags: folder with the Dags
    :param port: where the api-server will listen, on loopback; a free one when ``None``
    :param database_cache: file to keep the empty database in, and to take it from the next time
    """

    def __init__(
        self, home: Path, dags: Path, *, port: int | None = None, database_cache: Path | None = None
    ) -> None:
        self._port = port or free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self._port}"
        self.rest = AirflowRest(self.url)
        self.home = home
        self._environment = own_environment() | airflow_settings(home, dags, port=self._port)
        self._database_cache = database_cache
        self._programs: list[Background] = []

    def __enter__(self) -> Self:
        """Begin to make the database; nothing else can start before it is there."""
        self.home.mkdir(parents=True)
        if not copy_database(self._database_cache, self._database):
            self._start("db", "migrate")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop every process, whatever state it is in."""
        stop_together(self._programs)

    @property
    def programs(self) -> Sequence[Background]:
        """What was started, each a process group of its own."""
        return tuple(self._programs)

    def start(self, settings: Mapping[str, str]) -> None:
        """
        Start the components as soon as the database is made; they are not ready yet.

        :param settings: environment variables beside Airflow's own: connections, for instance
        :raises ProgramDied: the database could not be made
        """
        for migration in self._programs:
            migration.wait(timeout_s=_MIGRATION_TIMEOUT_S)
            keep_database(self._database, self._database_cache)
        self._programs.clear()
        self._environment |= settings
        for component, *options in _COMPONENTS:
            self._start(component, *options)

    def wait_until_ready(self, dag_id: str) -> None:
        """
        Wait until every component is healthy and a Dag is loaded.

        :raises DagRefused: a Dag file cannot be imported
        :raises ProgramDied: a component ended
        :raises TimeoutError: it took minutes
        """
        wait_until(self._is_healthy, what="Airflow", timeout_s=_START_TIMEOUT_S, alive=self._programs)
        loaded = partial(self._has_dag, dag_id)
        wait_until(loaded, what=f"the Dag {dag_id}", timeout_s=_PARSE_TIMEOUT_S, alive=self._programs)

    def replace(self, component: str) -> None:
        """
        Kill a component with all that it started, and start it anew: what a lost machine looks like.

        :param component: ``scheduler`` or ``triggerer``, for instance
        """
        for program in [each for each in self._programs if each.name == component]:
            program.kill()
            self._programs.remove(program)
        options = next(options for name, *options in _COMPONENTS if name == component)
        self._start(component, *options)

    def check(self) -> None:
        """
        Make sure that every component still runs.

        :raises ProgramDied: one does not
        """
        for program in self._programs:
            program.check()

    def task_log(self, run: DagRun, task: TaskRun) -> Path:
        """Find the log of a task's last try."""
        folder = (
            self.home / "logs" / f"dag_id={run.dag_id}" / f"run_id={run.run_id}" / f"task_id={task.task_id}"
        )
        if task.map_index >= 0:
            folder /= f"map_index={task.map_index}"
        return max(folder.glob("attempt=*.log"), default=folder / "attempt=1.log")

    @property
    def _database(self) -> Path:
        return self.home / "airflow.db"

    def _start(self, *command: str) -> None:
        name = "-".join(word for word in command if not word.startswith("-"))
        log = self.home / f"{name}.log"
        self._programs.append(Background(name, ["airflow", *command], environment=self._environment, log=log))

    def _is_healthy(self) -> bool:
        return set(self.rest.health().values()) == {"healthy"}

    def _has_dag(self, dag_id: str) -> bool:
        if errors := self.rest.import_errors():
            raise DagRefused("\n".join(errors))
        return self.rest.has_dag(dag_id)
