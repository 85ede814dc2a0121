from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_rekmedia.airflow_compat import TaskDeferred
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor
from airflow_provider_rekmedia.tasks.deferral import connection_arguments, defer_task
from airflow_provider_rekmedia.triggers.submission import RekognitionSubmissionRetryTrigger

CONNECTION = {
    "aws_conn_id": "other",
    "region_name": "eu-west-1",
    "verify": False,
    "botocore_config": {"read_timeout": 7},
}


@pytest.fixture
def task():
    return RekognitionMediaAnalysisJobSensor(task_id="t", job="abc", **CONNECTION)


def test_a_trigger_gets_the_tasks_connection(task):
    assert connection_arguments(task) == CONNECTION


def test_airflows_own_timeout_comes_after_the_trigger_has_fired(task):
    until = datetime.now(UTC) + timedelta(minutes=3)
    trigger = RekognitionSubmissionRetryTrigger(moment=until.isoformat(), deadline=until.isoformat())

    with pytest.raises(TaskDeferred) as deferred:
        defer_task(task, trigger, method_name="execute_complete", until=until)

    assert deferred.value.trigger is trigger
    assert deferred.value.method_name == "execute_complete"
    assert timedelta(minutes=12) < deferred.value.timeout < timedelta(minutes=14)
