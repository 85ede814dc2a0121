"""Renders the HTML of the review page; its script fills it."""

from functools import partial
from urllib.parse import quote

from fastapi import Request, Response
from markupsafe import Markup, escape

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.plugins.moderation_page.pages import (
    airflow_path,
    login_path,
    page_path,
    render_scripted,
)

from .assets import assets_digest
from .pictures import image_origins
from .stored_review import StoredReview

__all__ = ["render_review"]


def render_review(
    request: Request, identity: TaskIdentity, review: StoredReview, *, user: str, closed: str
) -> Response:
    """
    Render the review page of a task instance.

    :param user: The name of the user. The browser keeps unfinished work under it.
    :param closed: Why nothing can be decided here; empty if the user may decide.
    """
    return render_scripted(
        request,
        "review.html.j2",
        image_origins(review),
        identity=identity,
        asset=partial(_path, request, "assets", assets_digest()),
        base=_path(request, *_task_parts(identity), "review"),
        question=escape(airflow_path(request, _question_path(identity))),
        login=escape(login_path(request)),
        checksum=review.checksum,
        user=user,
        closed=closed,
    )


def _path(request: Request, *parts: object) -> Markup:
    return escape(page_path(request, *parts))


def _task_parts(identity: TaskIdentity) -> tuple[object, ...]:
    return ("dags", identity.dag_id, "runs", identity.run_id, "tasks", identity.task_id, identity.map_index)


def _question_path(identity: TaskIdentity) -> str:
    """Return where Airflow's REST API has the question, and accepts its answer."""
    dag_id, run_id, task_id = (
        quote(text, safe="") for text in (identity.dag_id, identity.run_id, identity.task_id)
    )
    run = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"
    return f"{run}/taskInstances/{task_id}/{identity.map_index}/hitlDetails"
