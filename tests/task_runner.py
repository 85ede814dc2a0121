"""Runs one operator's methods as Airflow's worker and triggerer would, without an Airflow around them."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from airflow_provider_rekmedia.airflow_compat import TaskDeferred


@dataclass
class FakeTaskInstance:
    """What tasks read of ``context["ti"]``, and the XComs that they push."""

    dag_id: str = "dag"
    run_id: str = "manual__2026-11-22T00:00:00+00:00"
    task_id: str = "task"
    map_index: int | None = -1
    max_tries: int = 0
    try_number: int = 1
    xcoms: dict[str, Any] = field(default_factory=dict)

    def xcom_push(self, key: str, value: Any, execution_date: Any = None) -> None:
        # Airflow 2 passes the last argument, as None.
        json.dumps(value)  # XCom takes JSON
        self.xcoms[key] = value


def run_task(operator: Any, ti: FakeTaskInstance | None = None, *, most_deferrals: int = 50) -> Any:
    """
    Run a task to its end, its deferrals included; each resumption is on a fresh copy, as in a new process.

    Like Airflow, it rebuilds every trigger from what it serializes.
    """
    context = {"ti": ti or FakeTaskInstance()}
    method: str = "execute"
    event: dict[str, Any] = {}
    for _ in range(most_deferrals):
        try:
            if method == "execute":
                return operator.execute(context)
            # Airflow's own way back into a task: it is where a sensor's soft_fail acts.
            return operator.resume_execution(method, event, context)
        except TaskDeferred as deferred:
            method, event = deferred.method_name, {"event": fire(deferred.trigger)}
    pytest.fail(f"still deferred after {most_deferrals} times")


def deferral_of(operator: Any, ti: FakeTaskInstance | None = None) -> TaskDeferred:
    """Run a task up to its first deferral."""
    try:
        operator.execute({"ti": ti or FakeTaskInstance()})
    except TaskDeferred as deferred:
        return deferred
    pytest.fail("it did not defer")


def fire(trigger: Any) -> Any:
    """
    Run a trigger, rebuilt from its row, to its first event, and give the payload as JSON brings it
    back.
    """
    _, arguments = trigger.serialize()
    rebuilt = type(trigger)(**json.loads(json.dumps(arguments)))

    async def first_event() -> Any:
        return await anext(rebuilt.run())

    return json.loads(json.dumps(asyncio.run(first_event()).payload))
