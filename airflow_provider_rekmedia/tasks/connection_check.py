"""Checks that an Airflow connection exists: the Amazon provider uses other credentials without it."""

from airflow_provider_rekmedia.core.errors import ConnectionMissing
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook

from .task_errors import missing_connections

__all__ = ["check_connection"]


def check_connection(hook: RekognitionHook) -> None:
    """
    Look for the connection of a hook.

    :raises ConnectionMissing: There is no such connection.
    """
    if hook.aws_conn_id:
        with missing_connections(ConnectionMissing(connection=hook.aws_conn_id)):
            hook.get_connection(hook.aws_conn_id)
