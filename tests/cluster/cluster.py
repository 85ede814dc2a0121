"""Airflow as in production: two schedulers, two triggerers and two Celery workers that share no folder."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from cluster.cluster_api import ClusterApi
from cluster.machines import Machine, Supervisor
from cluster.network import HOST, Proxy
from cluster.servers import create_database, emulated_aws, postgresql, redis, wait_for_port
from cluster.settings import ClusterSettings

from airflow_provider_rekmedia.demo.local_airflow.settings import find_free_ports
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until
from airflow_provider_rekmedia.emulator import Handle

WORKERS = ("worker-1", "worker-2")
SCHEDULERS = ("scheduler-1", "scheduler-2")
TRIGGERERS = ("triggerer-1", "triggerer-2")

_COMMANDS = {
    "api-server": ("api-server",),
    "dag-processor": ("dag-processor",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "triggerer": ("triggerer", "--skip-serve-logs"),
    "worker": ("celery", "worker", "--skip-serve-logs", "--without-mingle", "--without-gossip"),
}
_START_TIMEOUT_S = 300.0
#: A machine that exits more often cannot run at all.
_MAX_RESTARTS = 10
_EXAMPLES = Path(__file__).parents[2] / "example_dags"


class Cluster:
    """
    All machines. The context manager starts them, and stops them on exit.

    :param folder: for data and logs; every user can enter it
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = ("api", "postgresql", "redis", "aws", *WORKERS)
        self.ports = dict(zip(names, find_free_ports(len(names)), strict=True))
        self.aws = Handle(f"http://{HOST}:{self.ports['aws']}")
        self.api = ClusterApi(f"http://{HOST}:{self.ports['api']}")
        self.machines: dict[str, Machine] = {}
        #: Each worker has a cable of its own to the api-server.
        self.cables: dict[str, Proxy] = {}
        self._supervisor = Supervisor()
        self._settings = ClusterSettings(folder, self.ports, aws_connection=self.aws.airflow_connection())

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything, the servers last."""
        self._supervisor.close()
        for cable in self.cables.values():
            cable.close()
        self.api.close()

    def restart(self, name: str, *, away_s: float = 0.0) -> None:
        """Start a lost machine again."""
        time.sleep(away_s)
        self.machines[name].start()

    def machine_of_pid(self, pid: int) -> Machine:
        """Return the machine with a process."""
        for machine in self.machines.values():
            if any(process.pid == pid for process in machine.processes()):
                return machine
        msg = f"no machine has a process {pid}"
        raise LookupError(msg)

    def is_healthy(self) -> bool:
        """Return whether all machines run, and all kinds of components are healthy."""
        for machine in self.machines.values():
            assert machine.restarts <= _MAX_RESTARTS, f"{machine.name} does not run: see {machine.log}"
        return not any(machine.has_exited() for machine in self.machines.values()) and self.api.is_healthy()

    def wait_until_healthy(self) -> None:
        wait_until(self.is_healthy, what="the cluster", timeout_s=_START_TIMEOUT_S)

    def _start(self) -> None:
        self._copy_dags()
        self._add(postgresql(self.folder / "postgresql", self.ports["postgresql"]))
        self._add(redis(self.folder / "redis", self.ports["redis"]))
        self._add(emulated_aws(self.folder, self.ports["aws"]))
        create_database(self.ports["postgresql"])
        for name in ("redis", "aws"):
            wait_for_port(self.ports[name], what=name)
        for bucket in ("photos", "airflow"):
            self.aws.client("s3").create_bucket(Bucket=bucket)
        self._migrate()
        self._add_component("api-server")
        self._add_component("dag-processor")
        for name in (*SCHEDULERS, *TRIGGERERS, *WORKERS):
            self._add_component(name)
        self.wait_until_healthy()

    def _add(self, machine: Machine) -> None:
        self.machines[machine.name] = machine
        self._supervisor.watch(machine)

    def _add_component(self, name: str) -> None:
        kind = name.rstrip("-12")
        command = [sys.executable, "-m", "airflow", *_COMMANDS[kind]]
        api_port = self.ports["api"]
        if kind == "worker":
            command += ["--celery-hostname", f"{name}@{name}"]
            api_port = self.ports[name]
            self.cables[name] = Proxy(api_port, self.ports["api"])
        environment = self._settings.for_machine(name, api_port=api_port)
        self._add(Machine(name, command, environment=environment, log=self.folder / f"{name}.log"))

    def _copy_dags(self) -> None:
        dags = self.folder / "dags"
        shutil.copytree(Path(__file__).parent / "dags", dags)
        shutil.copy(_EXAMPLES / "nightly_moderation.py", dags)

    def _migrate(self) -> None:
        with (self.folder / "migrate.log").open("wb") as log:
            subprocess.run(
                [sys.executable, "-m", "airflow", "db", "migrate"],
                env=self._settings.for_machine("migrate", api_port=self.ports["api"]),
                stdout=log,
                stderr=subprocess.STDOUT,
                check=True,
            )
