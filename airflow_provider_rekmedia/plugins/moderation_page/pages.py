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

from .open_reviews import MAX_REVIEWS, OpenReview
from .problems import Problem
from .results_tasks import MAX_TASKS, RUNS_PER_DAG, ResultsTask

__all__ = [
    "airflow_path",
    "login_path",
    "page_path",
    "render_problem",
    "render_report_document",
    "render_reports",
    "render_run",
    "render_scripted",
]

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_MAX_TEXT: Final = 600


def render_reports(request: Request, tasks: Sequence[ResultsTask], reviews: Sequence[OpenReview]) -> Response:
    """Render the lists of open reviews and of reports."""
    return _render(
        request,
        "reports.html.j2",
        tasks=tasks,
        reviews=reviews,
        is_cut=len(tasks) == MAX_TASKS,
        are_reviews_cut=len(reviews) == MAX_REVIEWS,
        runs_per_dag=RUNS_PER_DAG,
        now=datetime.now(UTC),
    )


def render_run(
    request: Request,
    identity: TaskIdentity,
    tasks: Sequence[ResultsTask],
    reviews: Sequence[OpenReview],
    opened: TaskIdentity | None,
) -> Response:
    """
    Render the reports and the open reviews of one run.

    :param identity: A task of the run.
    :param opened: The task whose report is shown; ``None`` if the run has no results task.
    """
    return _render(
        request,
        "run.html.j2",
        dag_id=identity.dag_id,
        run_id=identity.run_id,
        tasks=tasks,
        reviews=reviews,
        opened=opened,
        now=datetime.now(UTC),
    )


def render_scripted(request: Request, template: str, sources: Sequence[str], **values: Any) -> Response:
    """
    Render a page with scripts and styles of this package.

    :param sources: The origins that its images are loaded from, besides this one.
    """
    images = " ".join(["'self'", *sources])
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src {images}; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    )
    return _response(_html(request, template, **values), HTTPStatus.OK, policy)


def render_problem(request: Request, problem: Problem) -> Response:
    """Render what is shown instead of a page. Without a login, it links to Airflow's login."""
    login = login_path(request) if problem.status == HTTPStatus.UNAUTHORIZED else None
    return _render(request, "problem.html.j2", problem.status, problem=problem, login=login and escape(login))


def render_report_document(page: bytes) -> Response:
    """
    Send the HTML of a report.

    The header ``sandbox`` gives it an origin of its own: its script has no cookies, and cannot call Airflow.
    """
    policy = f"{content_security_policy()}; frame-ancestors 'self'; sandbox allow-scripts"
    return _response(page, HTTPStatus.OK, policy)


def page_path(request: Request, *parts: object) -> str:
    """Return a path below the app; with the path of Airflow's base URL, if it has one."""
    path = "/".join(quote(str(part), safe="") for part in parts)
    return f"{request.scope.get('root_path', '')}/{path}"


def airflow_path(request: Request, path: str) -> str:
    """Return a path of Airflow itself; with the path of its base URL, if it has one."""
    return f"{request.scope.get('app_root_path', '')}{path}"


def login_path(request: Request) -> str:
    """Return Airflow's login, which leads back to the page."""
    query = urlencode({"next": quote(request.scope["path"])})
    return airflow_path(request, f"/api/v2/auth/login?{query}")


def _render(request: Request, template: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
    return _response(_html(request, template, **values), status, _policy())


def _html(request: Request, template: str, **values: Any) -> bytes:
    link = partial(_link, request)
    return _environment().get_template(template).render(link=link, **values).encode()


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
    environment.filters["age"] = _age
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


def _age(asked_at: datetime, now: datetime) -> str:
    """Say how long somebody waits, in the largest unit that fits."""
    minutes = max(int((now - asked_at).total_seconds() // 60), 0)
    for minutes_each, unit in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if number := minutes // minutes_each:
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


def _link(request: Request, *parts: object) -> Markup:
    # Marked as safe, so that long links are not cut as untrusted text is.
    return escape(page_path(request, *parts))
