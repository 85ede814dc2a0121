from dataclasses import dataclass

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.tasks.task_instance import task_clears, task_identity


@dataclass
class FakeTaskInstance:
    """``context["ti"]``, as far as it is read; ``try_number`` is there to be ignored."""

    dag_id: str = "nightly"
    run_id: str = "2026-05-01"
    task_id: str = "start"
    map_index: int | None = -1
    max_tries: int = 2
    try_number: int = 1


def test_every_try_is_the_same_asker():
    asked = {task_identity(FakeTaskInstance(try_number=number)) for number in (1, 2, 3)}
    assert asked == {TaskIdentity("nightly", "2026-05-01", "start", -1)}


def test_a_task_that_is_not_mapped_says_so_in_two_ways():
    assert task_identity(FakeTaskInstance(map_index=None)) == task_identity(FakeTaskInstance(map_index=-1))


def test_mapped_tasks_are_told_apart():
    assert task_identity(FakeTaskInstance(map_index=0)) != task_identity(FakeTaskInstance(map_index=1))


def test_retries_are_no_clears():
    tries = [FakeTaskInstance(try_number=number, max_tries=2) for number in (1, 2, 3)]
    assert {task_clears(ti, retries=2) for ti in tries} == {0}


def test_a_clear_raises_the_tries_that_are_allowed():
    # Airflow, on a clear: max_tries = try_number + retries
    assert task_clears(FakeTaskInstance(max_tries=1 + 2), retries=2) != task_clears(
        FakeTaskInstance(), retries=2
    )


def test_a_task_without_retries_has_none():
    assert task_clears(FakeTaskInstance(max_tries=0), retries=None) == 0
