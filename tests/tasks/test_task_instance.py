from dataclasses import replace

from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.tasks.task_instance import task_clears, task_identity

START = FakeTaskInstance(dag_id="nightly", run_id="2026-05-01", task_id="start", max_tries=2)


def test_every_try_has_the_same_identity():
    identities = {task_identity(replace(START, try_number=number)) for number in (1, 2, 3)}
    assert identities == {TaskIdentity("nightly", "2026-05-01", "start", -1)}


def test_map_index_none_and_minus_one_are_the_same_identity():
    assert task_identity(replace(START, map_index=None)) == task_identity(replace(START, map_index=-1))


def test_mapped_tasks_have_different_identities():
    assert task_identity(replace(START, map_index=0)) != task_identity(replace(START, map_index=1))


def test_a_retry_does_not_change_the_number_of_clears():
    tries = [replace(START, try_number=number) for number in (1, 2, 3)]
    assert {task_clears(ti, retries=2) for ti in tries} == {0}


def test_a_clear_changes_the_number_of_clears():
    # Airflow, on a clear: max_tries = try_number + retries
    assert task_clears(replace(START, max_tries=1 + 2), retries=2) != task_clears(START, retries=2)


def test_a_new_task_without_retries_has_no_clears():
    assert task_clears(replace(START, max_tries=0), retries=None) == 0
