"""Rows of Airflow's database: runs, task instances, rendered fields and XComs."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from airflow.models.dagrun import DagRun
from airflow.models.hitl import HITLDetail
from airflow.models.renderedtifields import RenderedTaskInstanceFields
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from sqlalchemy import delete, insert, select, update

REVIEW = "RekognitionReviewOperator"
RESULTS = "RekognitionMediaAnalysisResultsOperator"
FIRST_RUN = datetime(2026, 5, 1, 2, tzinfo=UTC)


class Metadata:
    """Adds rows, and deletes them when its block ends."""

    def __init__(self):
        self.runs = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._remove(self.runs)

    def remove_last_run(self):
        self._remove([self.runs.pop()])

    def _remove(self, runs):
        with create_session() as session:
            session.execute(delete(DagRun).where(DagRun.id.in_(runs)))

    def add_run(self, dag_id, run_id, *, day=0):
        row = {"dag_id": dag_id, "run_id": run_id, "run_type": "manual", "state": "success"}
        with create_session() as session:
            after = FIRST_RUN + timedelta(days=day)
            session.execute(insert(DagRun.__table__).values(run_after=after, logical_date=after, **row))
            query = select(DagRun.id).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
            self.runs.append(session.scalar(query))

    def add_task(
        self,
        dag_id,
        run_id,
        task_id,
        *,
        map_index=-1,
        operator=RESULTS,
        state="success",
        fields=None,
        xcom=None,
    ):
        ids = {"dag_id": dag_id, "run_id": run_id, "task_id": task_id, "map_index": map_index}
        with create_session() as session:
            task = {
                "id": (number_of_task := _new_id()),
                "operator": operator,
                "state": state,
                "pool": "default_pool",
                "pool_slots": 1,
            }
            session.execute(insert(TaskInstance.__table__).values(**ids, **task))
            if fields is not None:
                table = RenderedTaskInstanceFields.__table__
                session.execute(insert(table).values(rendered_fields=fields, **ids))
            if xcom is not None:
                number = session.scalar(
                    select(DagRun.id).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
                )
                value = {"key": "report", "value": json.dumps(xcom), "dag_run_id": number}
                session.execute(insert(XComModel.__table__).values(**ids, **value))

        return number_of_task

    def add_review(self, dag_id, run_id, task_id, *, state="awaiting_input", asked_at=FIRST_RUN, **task):
        subject, assigned = task.pop("subject", "Review 3 images"), task.pop("assigned", None)
        ti_id = self.add_task(dag_id, run_id, task_id, operator=REVIEW, state=state, **task)
        question = {"options": ["Submit"], "subject": subject, "assignees": assigned, "params": {}}
        with create_session() as session:
            row = {"ti_id": ti_id, "created_at": asked_at, "params_input": {}, **question}
            session.execute(insert(HITLDetail.__table__).values(**row))
        return ti_id

    def answer(self, ti_id, params_input, *, name="ann", at=FIRST_RUN):
        """Answer a question, as Airflow's API does; without a name, as after a timeout."""
        by = {"id": name, "name": name} if name else None
        with create_session() as session:
            table = HITLDetail.__table__
            values = {"responded_at": at, "responded_by": by, "params_input": params_input}
            session.execute(update(table).where(table.c.ti_id == ti_id).values(**values))

    def set_state(self, ti_id, state):
        table = TaskInstance.__table__
        with create_session() as session:
            session.execute(update(table).where(table.c.id == ti_id).values(state=state))


def _new_id():
    """Make the id of a task instance, which is text before Airflow 3.2."""
    return TaskInstance.__table__.c.id.type.python_type(str(uuid4()))
