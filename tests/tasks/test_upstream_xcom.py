from types import SimpleNamespace

import pytest

from airflow_provider_rekmedia.airflow_compat import XComNotFound
from airflow_provider_rekmedia.tasks.upstream_xcom import fetch_task_state, resolve_or_none, task_id_of


def reference(result):
    def resolve(_context):
        if isinstance(result, Exception):
            raise result
        return result

    return SimpleNamespace(resolve=resolve, operator=SimpleNamespace(task_id="group.manifest"))


def test_an_xcom_that_was_not_pushed_is_none():
    assert resolve_or_none(reference(XComNotFound("dag", "manifest", "index")), {}) is None
    assert resolve_or_none(reference({"uri": "s3://a/b"}), {}) == {"uri": "s3://a/b"}


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
