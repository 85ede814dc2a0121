"""
The routes: all are GET, and all require a login and the permission to read the Dag and its XComs.

``requires_access_dag`` finds the Dag by the path parameter ``dag_id``. Without one, it only checks that the
user may read some Dag. So the list contains only the Dags that Airflow says the user may read.
"""

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import APIRouter, Depends, Request, Response

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity

from .open_reviews import find_open_reviews, find_open_reviews_of_run
from .pages import render_report_document, render_reports, render_run
from .path_identity import path_identity
from .results_tasks import ResultsTask, find_newest, find_of_run
from .task_report import render_task_report

__all__ = ["router", "send_report", "show_reports", "show_run", "show_task"]

router = APIRouter(
    dependencies=[Depends(requires_access_dag(method="GET", access_entity=DagAccessEntity.XCOM))],
    default_response_class=Response,
)

_RUN = "/dags/{dag_id}/runs/{run_id}"
_TASK = f"{_RUN}/tasks/{{task_id}}/{{map_index}}"


@router.get("/reports")
def show_reports(request: Request, user: GetUserDep) -> Response:
    """List open reviews, and the reports of the last runs, of all Dags that the user may read."""
    dag_ids = get_auth_manager().get_authorized_dag_ids(user=user, method="GET")
    return render_reports(request, find_newest(dag_ids), find_open_reviews(dag_ids))


@router.get(_RUN)
def show_run(request: Request, dag_id: str, run_id: str) -> Response:
    """Show the open reviews and the reports of a run, the first report opened."""
    tasks = find_of_run(dag_id, run_id)
    return _show(request, TaskIdentity(dag_id, run_id, "", -1), tasks, tasks[0].identity if tasks else None)


@router.get(_TASK)
def show_task(request: Request, dag_id: str, run_id: str, task_id: str, map_index: str) -> Response:
    """Show the reports of a run, the one of a task opened."""
    identity = path_identity(dag_id, run_id, task_id, map_index)
    return _show(request, identity, find_of_run(dag_id, run_id), identity)


@router.get(f"{_TASK}/report")
def send_report(dag_id: str, run_id: str, task_id: str, map_index: str) -> Response:
    """Send the report of a task, for the frame inside the page."""
    return render_report_document(render_task_report(path_identity(dag_id, run_id, task_id, map_index)))


def _show(
    request: Request, identity: TaskIdentity, tasks: list[ResultsTask], opened: TaskIdentity | None
) -> Response:
    reviews = find_open_reviews_of_run(identity.dag_id, identity.run_id)
    return render_run(request, identity, tasks, reviews, opened)
