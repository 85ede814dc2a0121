"""PostgreSQL, Redis and the emulated AWS, each as a machine of the cluster, without settings of this host."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from cluster.machines import Machine
from cluster.network import HOST

from airflow_provider_rekmedia.demo.local_airflow.settings import clean_environment, is_port_free
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until

_START_TIMEOUT_S = 60.0


def postgresql(folder: Path, port: int) -> Machine:
    """Create a database ``airflow``, and return its server. It is not started."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    data = folder / "data"
    as_postgres = _as_user("postgres", folder)
    subprocess.run(
        [*as_postgres, binaries / "initdb", "-D", data, "-U", "airflow", "-A", "trust", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    options = {
        "listen_addresses": HOST,
        "unix_socket_directories": "",
        "port": str(port),
        "max_connections": "200",
        # Only for tests: a power failure would damage the database.
        "fsync": "off",
    }
    command = [*as_postgres, str(binaries / "postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return Machine(
        "postgresql", command, environment=clean_environment(), log=folder.parent / "postgresql.log"
    )


def create_database(port: int) -> None:
    """Create the database ``airflow`` as soon as the server accepts connections."""
    import psycopg2  # noqa: PLC0415 only this environment has it

    address = {"host": HOST, "port": port, "user": "airflow", "dbname": "postgres"}

    def is_created() -> bool:
        try:
            connection = psycopg2.connect(**address)
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE airflow")
        connection.close()
        return True

    wait_until(is_created, what="PostgreSQL", timeout_s=_START_TIMEOUT_S)


def redis(folder: Path, port: int) -> Machine:
    """Return a Redis that keeps its data over a restart. It is not started."""
    folder.mkdir()
    options = {"bind": HOST, "port": port, "dir": folder, "appendonly": "yes", "save": ""}
    command = ["redis-server"]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return Machine("redis", command, environment=clean_environment(), log=folder.parent / "redis.log")


def emulated_aws(folder: Path, port: int) -> Machine:
    """Return an emulator whose bulk jobs last as long as the per-image task. It is not started."""
    command = [sys.executable, "-m", "airflow_provider_rekmedia.emulator", "--port", str(port)]
    command += ["--created-s", "1", "--queued-s", "4", "--in-progress-s", "45"]
    return Machine("aws", command, environment=clean_environment(), log=folder / "aws.log")


def wait_for_port(port: int, *, what: str) -> None:
    wait_until(lambda: not is_port_free(port), what=what, timeout_s=_START_TIMEOUT_S)


def _as_user(name: str, folder: Path) -> list[str]:
    """Make a folder for another user, and return the command to become it: PostgreSQL refuses to be root."""
    folder.mkdir()
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(name)
    shutil.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
