"""The settings of the cluster's Airflow. Every machine has its own folder and host name."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cluster.network import HOST

from airflow_provider_rekmedia.demo.local_airflow.settings import airflow_settings, clean_environment

#: A task waits this long before its next try. It must be longer than a restart of the api-server.
RETRY_DELAY_S = 20
#: A task whose heartbeat is older is failed, and retried. Airflow's default is 300 s.
HEARTBEAT_TIMEOUT_S = 45

#: Timeouts that show the loss of a machine within a minute. The comments have Airflow's defaults in seconds.
_SHORT_TIMEOUTS = {
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "20",  # 300
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "30",  # 30
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": str(HEARTBEAT_TIMEOUT_S),  # 300
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",  # 10
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "90",  # 600
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "20",  # 30
    # Longer than the default of 5 s: on two cores, the api-server needs more for its first responses.
    "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "15",
}


class ClusterSettings:
    """
    :param folder: the cluster's folder
    :param ports: by name: ``api``, ``postgresql``, ``redis``
    :param aws_connection: value of AIRFLOW_CONN_AWS_DEFAULT
    """

    def __init__(self, folder: Path, ports: Mapping[str, int], *, aws_connection: str) -> None:
        self._folder = folder
        self._ports = ports
        database = f"//airflow@{HOST}:{ports['postgresql']}/airflow"
        self._shared = {
            **_SHORT_TIMEOUTS,
            "AIRFLOW_CONN_AWS_DEFAULT": aws_connection,
            "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
            "AIRFLOW__API__WORKERS": "2",
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
            "AIRFLOW__CELERY__BROKER_URL": f"redis://{HOST}:{ports['redis']}/0",
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2:{database}",
            "AIRFLOW__CELERY__WORKER_CONCURRENCY": "4",
            "AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_PATH": "s3://aws_default@airflow/xcoms",
            "AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_THRESHOLD": "1024",
            "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": str(RETRY_DELAY_S),
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CORE__FERNET_KEY": "",
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "machine_name.machine_name",
            "AIRFLOW__CORE__PARALLELISM": "16",
            "AIRFLOW__CORE__XCOM_BACKEND": (
                "airflow.providers.common.io.xcom.backend.XComObjectStorageBackend"
            ),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2:{database}",
            "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": "s3://airflow/logs",
            "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
            "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID": "aws_default",
        }

    def for_machine(self, name: str, *, api_port: int) -> dict[str, str]:
        """
        Return all environment variables of a machine.

        :param api_port: where the machine's tasks call the api-server
        """
        home = self._folder / name
        (home / "tmp").mkdir(parents=True, exist_ok=True)
        return (
            clean_environment()
            | airflow_settings(home, self._folder / "dags", port=self._ports["api"])
            | self._shared
            | {
                "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{api_port}/execution/",
                "MACHINE_NAME": name,
                "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent)]),
                "TMPDIR": str(home / "tmp"),
            }
        )
