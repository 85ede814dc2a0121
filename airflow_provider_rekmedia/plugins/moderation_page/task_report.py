"""Renders the report of a task instance. Airflow's database says where it is, and how to read it."""

from http import HTTPStatus

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.report_uris import report_uris
from airflow_provider_rekmedia.services.results.stored_report import render_stored_report

from .problems import Problem
from .report_source import parse_report_source
from .results_tasks import find_rendered_fields, find_state
from .task_connection import client_of_task

__all__ = ["render_task_report"]

_FINAL = ("success", "failed", "skipped", "upstream_failed", "removed")


def render_task_report(identity: TaskIdentity) -> bytes:
    """
    Read and render the report of a task instance.

    :raises Problem: There is no report, or the page may not read it.
    :raises RekmediaError: S3 refused, or the file is damaged.
    """
    fields = find_rendered_fields(identity)
    if fields is None:
        raise _without_fields(find_state(identity))
    source = parse_report_source(fields)
    uri = report_uris(source.prefix, identity).json
    objects = S3Objects(client_of_task(source.connection, identity.dag_id))
    page = render_stored_report(objects, uri)
    if page is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "There is no report yet",
            f"The task is {_shown(find_state(identity))}. It writes {uri} after it has read all results.",
        )
    return page


def _without_fields(state: str | None) -> Problem:
    if state not in _FINAL:
        return Problem(HTTPStatus.NOT_FOUND, "There is no report yet", f"The task is {_shown(state)}.")
    if state in ("success", "failed"):
        return Problem(
            HTTPStatus.NOT_FOUND,
            "Airflow no longer knows where this report is",
            "It keeps the arguments of tasks for the last runs only; [core] in airflow.cfg sets how many. "
            "The report is still in S3: the XCom report of the task has its URI.",
        )
    return Problem(HTTPStatus.NOT_FOUND, "There is no report", f"The task did not run: it is {state}.")


def _shown(state: str | None) -> str:
    return (state or "not scheduled").replace("_", " ")
