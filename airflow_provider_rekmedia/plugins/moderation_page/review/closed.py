"""Says why a user cannot decide on a review page."""

from collections import Counter
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.models.dag import DagModel

from airflow_provider_rekmedia.airflow_compat import conf
from airflow_provider_rekmedia.core.review.answer import Answer, ReviewDecision
from airflow_provider_rekmedia.plugins.moderation_page.problems import Problem

from .question import Question

__all__ = ["reason_closed", "require_question"]

_WAITS: Final = ("awaiting_input", "deferred")
#: The task is on its way to ask again, or Airflow has not noticed yet that it waits.
_MOVES: Final = ("scheduled", "queued", "running", "restarting")
_DONE: Final = {
    ReviewDecision.ALLOW: "allowed",
    ReviewDecision.BLOCK: "blocked",
    ReviewDecision.ESCALATE: "escalated",
    ReviewDecision.SKIP: "skipped or undecided",
}


def require_question(question: Question | None) -> Question:
    """
    Return a question.

    :raises Problem: The task has not asked it yet.
    """
    if question is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "The review is not open yet",
            "The task does not wait for decisions yet. Reload the page in a minute.",
        )
    return question


def reason_closed(question: Question, answer: Answer | None, user: Any, dag_id: str) -> str:
    """
    Say why a user cannot decide; empty if the user can.

    :param answer: The answer to the question, if it has a usable one.
    :param user: The user of the request, as Airflow's auth manager has it.
    """
    if question.responded_at is not None:
        return _describe_answer(question.responded_at, question.responded_by, answer)
    if question.state == "success":
        # Without default options, Airflow stores no answer when the time is over.
        return "Nobody answered in time. The review ended, and nothing was decided."
    if question.state not in (*_WAITS, *_MOVES):
        state = (question.state or "not scheduled").replace("_", " ")
        return f"The task is {state}. It does not wait for decisions."
    return _refusal(question, user, dag_id)


def _describe_answer(at: datetime, name: str | None, answer: Answer | None) -> str:
    when = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if name is None:
        return f"Nobody submitted this review in time. It ended on {when}, and nothing was decided."
    if answer is None:
        return f"{name} submitted an empty answer on {when}. The review opens again: reload in a minute."
    counts = Counter(answer.decisions)
    parts = [f"{counts[decision]:,} {done}" for decision, done in _DONE.items() if counts[decision]]
    return f"{name} submitted this review on {when}: {', '.join(parts)}."


def _refusal(question: Question, user: Any, dag_id: str) -> str:
    """Ask Airflow's auth manager what it decides again when the answer arrives."""
    manager = get_auth_manager()
    with_teams = conf.getboolean("core", "multi_team", fallback=False)
    team: dict[str, Any] = {"team_name": DagModel.get_team_name(dag_id)} if with_teams else {}
    may_edit = manager.is_authorized_dag(
        method="PUT",
        access_entity=DagAccessEntity.HITL_DETAIL,
        details=DagDetails(id=dag_id, **team),
        user=user,
    )
    if not may_edit:
        return (
            "This review is read-only for you. To submit, you need the permission to edit the "
            "human-in-the-loop (HITL) details of this Dag."
        )
    assigned = {who["id"] for who in question.assigned}
    if assigned and not manager.is_authorized_hitl_task(assigned_users=assigned, user=user):
        names = ", ".join(who.get("name") or who["id"] for who in question.assigned)
        return f"This review is read-only for you. It is assigned to {names}."
    return ""
