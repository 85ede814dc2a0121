"""Parses how to read from S3, from the rendered template fields of a task."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import parse_optional_switch_or_text, parse_optional_text

from .problems import Problem

__all__ = ["ConnectionSource", "parse_connection_source", "refuse_masked"]

#: Airflow replaces secrets in rendered fields by this text.
_MASK: Final = "***"


@dataclass(frozen=True, slots=True)
class ConnectionSource:
    """
    The connection arguments of a task that the page needs.

    :param verify: As in boto3; ``None`` if the task does not set it.
    """

    aws_conn_id: str
    region_name: str | None
    verify: bool | str | None


def parse_connection_source(fields: Mapping[str, Any]) -> ConnectionSource:
    """
    Parse the rendered template fields of a task. Only its worker writes them.

    :raises Problem: The task has no connection.
    :raises InvalidInput: An argument is malformed.
    """
    aws_conn_id = parse_optional_text("aws_conn_id", fields.get("aws_conn_id"))
    if aws_conn_id is None:
        raise Problem(
            HTTPStatus.CONFLICT,
            "The task has no connection",
            "Its aws_conn_id is None, so it used the credentials of its worker. The page never uses those of "
            "the api-server. Set aws_conn_id on the task, and run it again.",
        )
    refuse_masked("aws_conn_id", aws_conn_id)
    return ConnectionSource(
        aws_conn_id=aws_conn_id,
        region_name=parse_optional_text("region_name", fields.get("region_name")),
        verify=parse_optional_switch_or_text("verify", fields.get("verify")),
    )


def refuse_masked(name: str, value: object) -> None:
    """
    Refuse an argument that contains a secret.

    :raises Problem: Airflow masked the argument.
    """
    if _MASK in str(value):
        raise Problem(
            HTTPStatus.CONFLICT,
            "Airflow masked an argument of the task",
            f"Its {name} contains the value of a secret, which Airflow does not store.",
        )
