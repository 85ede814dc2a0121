"""Makes an S3 client from the connection of a task, inside the api-server."""

from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from airflow.models.connection import Connection
from airflow.models.dag import DagModel
from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.providers.amazon.aws.utils.connection_wrapper import AwsConnectionWrapper
from botocore.config import Config

from airflow_provider_rekmedia.adapters.refusals import client_errors
from airflow_provider_rekmedia.airflow_compat import conf
from airflow_provider_rekmedia.tasks.task_errors import missing_connections

from .connection_source import ConnectionSource
from .problems import Problem

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["client_of_task"]

#: A request of a person must not hold a thread of the api-server for minutes.
_PATIENCE: Final = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"total_max_attempts": 2},
    signature_version="s3v4",  # without it, presigned URLs have version 2, which newer regions refuse
)


def client_of_task(source: ConnectionSource, dag_id: str) -> "S3Client":
    """
    Create a client for S3 with the connection of a task. Never with the credentials of the api-server.

    :param dag_id: The Dag of the task, for deployments with teams.
    :raises Problem: There is no such connection, or it has neither keys nor a role.
    :raises RekmediaError: The client cannot be created.
    """
    connection = _find_connection(source.aws_conn_id, dag_id)
    wrapper = AwsConnectionWrapper(conn=connection, region_name=source.region_name, verify=source.verify)
    if not (wrapper.role_arn or (wrapper.aws_access_key_id and wrapper.aws_secret_access_key)):
        raise Problem(
            HTTPStatus.CONFLICT,
            "The connection has no credentials",
            f"The connection {source.aws_conn_id} has neither an access key nor a role_arn. The page never "
            "uses the credentials of the api-server itself. Add a role_arn that may read what it shows.",
        )
    wrapper.botocore_config = (wrapper.botocore_config or Config()).merge(_PATIENCE)
    with client_errors(source.aws_conn_id):
        client: S3Client = _ConnectedHook(wrapper).conn
        return client


def _find_connection(conn_id: str, dag_id: str) -> Connection:
    """
    Find a connection. The hook would not: without one, it silently uses the credentials of the process.

    :raises Problem: There is no such connection.
    """
    of_team: dict[str, Any] = {}
    if conf.getboolean("core", "multi_team", fallback=False):
        of_team = {"team_name": DagModel.get_team_name(dag_id)}
    missing = Problem(
        HTTPStatus.CONFLICT,
        "The connection does not exist here",
        f"The task used the connection {conn_id}, which the api-server does not find. Define it in Airflow's "
        "database, or in a secrets backend or environment variable of the api-server too.",
    )
    with missing_connections(missing):
        return Connection.get_connection_from_secrets(conn_id, **of_team)


class _ConnectedHook(AwsBaseHook):
    """A hook for S3 with a connection that was found before."""

    def __init__(self, connection: AwsConnectionWrapper) -> None:
        super().__init__(aws_conn_id=str(connection.conn_id), client_type="s3")
        self._connection = connection

    @cached_property
    def conn_config(self) -> AwsConnectionWrapper:
        """The connection. The base class would look it up again."""
        return self._connection
