"""Environment variables for a local Airflow that is isolated from other settings and from the network."""

import os
import secrets
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Final

__all__ = ["HOST", "airflow_settings", "clean_environment", "find_free_ports", "is_port_free"]

#: Loopback: no other machine can connect.
HOST: Final = "127.0.0.1"


def find_free_ports(count: int) -> list[int]:
    """
    Find distinct ports that no process listens on.

    :param count: the number of ports
    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in sockets:
            listener.bind((HOST, 0))
        return [listener.getsockname()[1] for listener in sockets]


def is_port_free(port: int) -> bool:
    """Return whether no process listens on a port of loopback."""
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) != 0


def clean_environment() -> dict[str, str]:
    """Copy this process's environment without the settings of another Airflow or of an AWS account."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS_"))}


def airflow_settings(home: Path, dags: Path, *, port: int) -> dict[str, str]:
    """
    Configure a local Airflow: SQLite, two workers, no login, loopback only.

    :param home: folder for its database, configuration and logs
    :param dags: folder with the Dags
    :param port: of the api-server
    """
    url = f"http://{HOST}:{port}"
    trigger_logs, worker_logs = find_free_ports(2)
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        # The default is five minutes.
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "2",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        # A file that changed is read at once. Reading each one again takes a second of CPU time.
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "120",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        # The defaults, 8793 and 8794, may be in use by another Airflow on this machine.
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(trigger_logs),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(worker_logs),
        # Half the default.
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        # Only triggered Dags run. With schedules, a daily Dag that is not paused would start a run by itself.
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
        # On a busy machine, the default of 5 s fails tasks that could run.
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
        # No AWS credentials except those of the connection.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
