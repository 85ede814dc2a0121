"""
The routes of the review page: all are GET. Its only write is Airflow's own PATCH of the question.

All require a login, and the permission to read the human-in-the-loop details of the Dag.
"""

from http import HTTPStatus
from typing import Final

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.review.queue import ReviewItem
from airflow_provider_rekmedia.plugins.moderation_page.path_identity import path_identity
from airflow_provider_rekmedia.plugins.moderation_page.problems import Problem

from .assets import send_asset
from .closed import reason_closed, require_question
from .document import render_review
from .pictures import send_image, send_preview
from .question import find_question
from .queue_content import answer_of, describe_queue, is_escalated
from .stored_review import StoredReview, open_review

__all__ = ["REVIEW", "review_router", "send_items", "send_one_image", "send_one_preview", "show_review"]

review_router = APIRouter(
    dependencies=[Depends(requires_access_dag(method="GET", access_entity=DagAccessEntity.HITL_DETAIL))],
    default_response_class=Response,
)

REVIEW: Final = "/dags/{dag_id}/runs/{run_id}/tasks/{task_id}/{map_index}/review"
_MAX_DIGITS: Final = 9


# These files contain nothing of a Dag. A user who may see a review of some Dag may load them.
review_router.get("/assets/{digest}/{name}")(send_asset)


@review_router.get(REVIEW)
def show_review(
    request: Request, user: GetUserDep, dag_id: str, run_id: str, task_id: str, map_index: str
) -> Response:
    """Show the review page of a task instance."""
    identity = path_identity(dag_id, run_id, task_id, map_index)
    review = open_review(identity)
    question = require_question(find_question(identity))
    closed = reason_closed(question, answer_of(question, review), user, dag_id)
    return render_review(request, identity, review, user=user.get_name(), closed=closed)


@review_router.get(f"{REVIEW}/items")
def send_items(dag_id: str, run_id: str, task_id: str, map_index: str) -> Response:
    """Send what the page shows beside the pictures."""
    identity = path_identity(dag_id, run_id, task_id, map_index)
    review = open_review(identity)
    question = require_question(find_question(identity))
    answer = answer_of(question, review)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    # The task succeeds only after it has recorded the answer in S3.
    recorded = answer is not None and question.state == "success"
    content = describe_queue(review, answer, recorded=recorded)
    return JSONResponse(content, headers=headers)


@review_router.get(f"{REVIEW}/previews/{{index}}")
def send_one_preview(dag_id: str, run_id: str, task_id: str, map_index: str, index: str) -> Response:
    """Send the small blurred picture of an image that nobody escalated."""
    return send_preview(*_find_item(path_identity(dag_id, run_id, task_id, map_index), index))


@review_router.get(f"{REVIEW}/images/{{index}}")
def send_one_image(dag_id: str, run_id: str, task_id: str, map_index: str, index: str) -> Response:
    """Send an image that nobody escalated, or redirect to it."""
    return send_image(*_find_item(path_identity(dag_id, run_id, task_id, map_index), index))


def _find_item(identity: TaskIdentity, index: str) -> tuple[StoredReview, ReviewItem]:
    """
    Find an image by its place in the queue. Nothing else of a request says which object is read.

    :raises Problem: There is no such place, or somebody escalated the image. Both look the same.
    """
    review = open_review(identity)
    answer = answer_of(require_question(find_question(identity)), review)
    is_known = index.isascii() and index.isdigit() and len(index) <= _MAX_DIGITS
    place = int(index) if is_known else -1
    if 0 <= place < len(review.queue.items) and not is_escalated(answer, place):
        item = review.queue.items[place]
        if not review.is_held(item):
            return review, item
    raise Problem(HTTPStatus.NOT_FOUND, "There is no such image", "Reload the page.")
