"""The options of the connection, which all commands that call AWS share."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook

__all__ = ["add_connection_options", "connected_hook", "connection_hook"]


def add_connection_options(parser: Any) -> None:
    """Add the options of the connection."""
    parser.add_argument(
        "--connection",
        "--conn-id",
        default="aws_default",
        metavar="ID",
        help="the Airflow connection (default: %(default)s)",
    )
    parser.add_argument("--region", metavar="NAME", help="AWS region, if not that of the connection")


def connection_hook(options: argparse.Namespace) -> "RekognitionHook":
    """Return the hook of the connection. Nothing is looked up before its first use."""
    from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook

    return RekognitionHook(aws_conn_id=options.connection, region_name=options.region)


def connected_hook(options: argparse.Namespace) -> "RekognitionHook":
    """
    Return the hook of the connection, which exists.

    :raises ConnectionMissing: There is no such connection. The hook alone would use other credentials.
    """
    from airflow_provider_rekmedia.tasks.connection_check import check_connection

    hook = connection_hook(options)
    check_connection(hook)
    return hook
