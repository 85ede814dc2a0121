from types import SimpleNamespace

import pytest

from airflow_provider_rekmedia.airflow_compat import LazyXComSequence, XComNotFound
from airflow_provider_rekmedia.tasks.upstream_xcom import (
    fetch_task_state,
    read_at_once,
    resolve_or_none,
    task_id_of,
)


def reference(result):
    def resolve(_context):
        if isinstance(result, Exception):
            raise result
        return result

    return SimpleNamespace(resolve=resolve, operator=SimpleNamespace(task_id="group.manifest"))


def test_an_xcom_that_was_not_pushed_is_none():
    assert resolve_or_none(reference(XComNotFound("dag", "manifest", "index")), {}) is None
    assert resolve_or_none(reference({"uri": "s3://a/b"}), {}) == {"uri": "s3://a/b"}


class Sequence(LazyXComSequence):
    """The XComs of mapped tasks; it counts the calls of the api-server."""

    def __init__(self, *values, slices=True):
        self.values, self.slices, self.calls = values, slices, 0

    def __getitem__(self, key):
        if isinstance(key, slice) and not self.slices:  # Airflow 3.0.0
            raise TypeError(key)
        self.calls += 1
        return list(self.values[key]) if isinstance(key, slice) else self.values[key]

    def __len__(self):
        return len(self.values)

    def __iter__(self):
        for number in range(len(self.values) + 1):
            try:
                yield self[number]
            except IndexError:
                return


def test_the_xcoms_of_mapped_tasks_are_read_with_one_call():
    jobs = Sequence({"job_id": "a"}, {"job_id": "b"})

    assert read_at_once(jobs) == [{"job_id": "a"}, {"job_id": "b"}]
    assert jobs.calls == 1


def test_without_slices_the_xcoms_are_read_one_by_one():
    assert read_at_once(Sequence(1, 2, slices=False)) == [1, 2]


@pytest.mark.parametrize("value", [None, "", "a-job", ["a", "b"], {"job_id": "a"}])
def test_any_other_value_is_returned_as_it_is(value):
    assert read_at_once(value) is value


def test_the_task_of_an_xcom_is_known_unless_there_are_several():
    assert task_id_of(reference(None)) == "group.manifest"
    assert task_id_of(SimpleNamespace()) is None


@pytest.mark.parametrize(("states", "state"), [({"manifest": "skipped"}, "skipped"), ({}, "unknown")])
def test_the_state_is_read_from_airflow_3(states, state):
    ti = SimpleNamespace(dag_id="dag", run_id="run", get_task_states=lambda **_: {"run": states})

    assert fetch_task_state({"ti": ti}, "manifest") == state


@pytest.mark.parametrize(("other", "state"), [(SimpleNamespace(state="failed"), "failed"), (None, "unknown")])
def test_the_state_is_read_from_the_dag_run_of_airflow_2(other, state):
    context = {"ti": SimpleNamespace(), "dag_run": SimpleNamespace(get_task_instance=lambda _: other)}

    assert fetch_task_state(context, "manifest") == state
