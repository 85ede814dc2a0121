"""The environment of a local Airflow that takes nothing from the machine, and that nobody outside reaches."""

import os
import secrets
import socket
from contextlib import ExitStack
from pathlib import Path

__all__ = ["airflow_settings", "free_ports", "is_free", "own_environment"]


def free_ports(count: int) -> list[int]:
    """
    Find ports that nobody listens on; they differ from each other.

    :param count: how many
    """
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of loopback."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) != 0


def own_environment() -> dict[str, str]:
    """Copy this process's environment, without the settings of any other Airflow or AWS account."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS_"))}


def airflow_settings(home: Path, dags: Path, *, port: int) -> dict[str, str]:
    """
    Configure an Airflow of its own: SQLite, two workers, nobody logs in, loopback only.

    :param home: folder for its database, configuration and logs
    :param dags: folder with the Dags
    :param port: where the api-server will listen
    """
    url = f"http://127.0.0.1:{port}"
    trigger_logs, worker_logs = free_ports(2)
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        # The default, five minutes, is for services that need a rest.
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "2",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        # The defaults, 8793 and 8794, would collide with any other Airflow on this machine.
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(trigger_logs),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(worker_logs),
        # Half the default: a laptop's night is short.
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        # Only what somebody triggers runs; unpaused, a daily Dag would start last night's run by itself.
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
        # No credentials but those of the connection.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
