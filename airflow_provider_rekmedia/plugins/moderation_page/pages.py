"""Renders the HTML of the page, with the headers that protect it."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from airflow_provider_rekmedia.adapters.report.page import content_security_policy
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.untrusted_text import show_text

from .problems import Problem
from .results_tasks import MAX_TASKS, RUNS_PER_DAG, ResultsTask

__all__ = ["render_problem", "render_report_document", "render_reports", "render_run"]

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_MAX_TEXT: Final = 600


def render_reports(request: Request, tasks: Sequence[ResultsTask]) -> Response:
    """Render the list of reports."""
    return _render(
        request, "reports.html.j2", tasks=tasks, is_cut=len(tasks) == MAX_TASKS, runs_per_dag=RUNS_PER_DAG
    )


def render_run(
    request: Request, dag_id: str, run_id: str, tasks: Sequence[ResultsTask], opened: TaskIdentity | None
) -> Response:
    """
    Render the reports of one run.

    :param opened: The task whose report is shown; ``None`` if the run has no results task.
    """
    return _render(request, "run.html.j2", dag_id=dag_id, run_id=run_id, tasks=tasks, opened=opened)


def render_problem(request: Request, problem: Problem) -> Response:
    """Render what is shown instead of a page. Without a login, it links to Airflow's login."""
    login = _login_link(request) if problem.status == HTTPStatus.UNAUTHORIZED else None
    return _render(request, "problem.html.j2", problem.status, problem=problem, login=login)


def render_report_document(page: bytes) -> Response:
    """
    Send the HTML of a report.

    The header ``sandbox`` gives it an origin of its own: its script has no cookies, and cannot call Airflow.
    """
    policy = f"{content_security_policy()}; frame-ancestors 'self'; sandbox allow-scripts"
    return _response(page, HTTPStatus.OK, policy)


def _render(request: Request, template: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
    html = _environment().get_template(template).render(link=partial(_link, request), **values)
    return _response(html.encode(), status, _policy())


def _response(body: bytes, status: int, policy: str) -> Response:
    headers: Mapping[str, str] = {**_HEADERS, "Content-Security-Policy": policy}
    return Response(body, status, headers, media_type="text/html")


@cache
def _policy() -> str:
    """Return the policy of our own pages: one style, no script, and only our own frames."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-src 'self'; frame-ancestors 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_show,
    )
    environment.filters["time"] = _time
    environment.globals["style"] = Markup(_style())  # noqa: S704 our own file
    return environment


@cache
def _style() -> str:
    loader = PackageLoader(__package__ or "", "templates")
    return loader.get_source(Environment(autoescape=True), "page.css")[0]


def _show(value: Any) -> Any:
    """Escape unprintable characters, such as those that reverse the direction of text."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return show_text(value, _MAX_TEXT)
    return value


def _time(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _link(request: Request, *parts: object) -> Markup:
    """Make a link to a path below the app; with the path of Airflow's base URL, if it has one."""
    path = "/".join(quote(str(part), safe="") for part in parts)
    return escape(f"{request.scope.get('root_path', '')}/{path}")


def _login_link(request: Request) -> Markup:
    """Make a link to Airflow's login, which leads back to the page."""
    query = urlencode({"next": quote(request.scope["path"])})
    return escape(f"{request.scope.get('app_root_path', '')}/api/v2/auth/login?{query}")
