"""A moment without credentials: a wait continues, and any other call is retried by Airflow."""

import logging
import socket

import pytest
from task_runner import run_task

from airflow_provider_rekmedia.airflow_compat import AirflowException, AirflowFailException
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor

CREDENTIALS = ["expired_credentials", "invalid_credentials"]


def test_polls_without_credentials_are_ridden_out(start, aws):
    aws.inject(CREDENTIALS, operation="GetMediaAnalysisJob", times=5)

    assert run_task(start())["status"] == "SUCCEEDED"
    assert aws.usage()["jobs"] == 1


def test_a_wait_for_a_job_slot_continues_without_credentials(start, aws):
    aws.inject(["throttle", *CREDENTIALS], operation="StartMediaAnalysisJob", times=3)

    # botocore would retry the throttled call itself, and the task would not wait.
    no_retries = {"retries": {"mode": "standard", "total_max_attempts": 1}}
    assert run_task(start(botocore_config=no_retries))["status"] == "SUCCEEDED"
    assert aws.usage()["jobs"] == 1


@pytest.mark.parametrize("deferrable", [False, True])
def test_a_sensor_rides_out_polls_without_credentials(photos, aws, deferrable):
    manifest = photos.put_manifest(photos.put("cat.jpg"))
    job = run_task(
        RekognitionStartMediaAnalysisJobOperator(
            task_id="start", manifest=manifest, output="s3://photos/out/", wait_for_completion=False
        )
    )
    aws.inject(CREDENTIALS, operation="GetMediaAnalysisJob", times=5)
    sensor = RekognitionMediaAnalysisJobSensor(
        task_id="sense", job=job, deferrable=deferrable, poke_interval=0.1, timeout=20
    )

    finished = run_task(sensor)

    assert getattr(finished, "xcom_value", finished)["status"] == "SUCCEEDED"


def test_a_client_that_was_created_without_credentials_is_replaced_while_the_task_waits(
    start, aws, monkeypatch
):
    monkeypatch.setattr("airflow_provider_rekmedia.services.jobs.limited_client._RECONNECT_S", 0.0)
    with_credentials, without = aws.airflow_connection(), aws.airflow_connection(credentials=False)
    operator = start()
    submit = type(operator)._submit_when_possible

    def lose_credentials(self, *arguments, **options):
        submitted = submit(self, *arguments, **options)
        monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", without)
        vars(self).pop("hook")
        return submitted

    polls = []
    log = logging.getLogger("task")

    class Handler(logging.Handler):
        def emit(self, record):
            polls.append(record.getMessage())
            if "will retry" not in polls[-1]:
                return
            monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", with_credentials)

    log.addHandler(Handler())
    monkeypatch.setattr(type(operator), "log", log)
    monkeypatch.setattr(type(operator), "_submit_when_possible", lose_credentials)
    monkeypatch.setattr(type(operator), "_persist_links", lambda *_: None)

    assert run_task(operator)["status"] == "SUCCEEDED"
    assert any("aws_conn_id='aws_default'" in poll for poll in polls)


def tasks_without_credentials():
    arguments = {"task_id": "task", "manifest": "s3://photos/manifest.jsonl", "output": "s3://photos/out/"}
    job = {"job_id": "abc", "status": "QUEUED", "engine": "bulk"}
    return [
        RekognitionCreateManifestOperator(
            task_id="task", source="s3://photos/uploads/", manifest_prefix="s3://photos/m/"
        ),
        RekognitionStartMediaAnalysisJobOperator(**arguments),
        RekognitionDetectModerationLabelsOperator(**arguments),
        RekognitionMediaAnalysisResultsOperator(task_id="task", job=job),
    ]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("cause", ["none", *CREDENTIALS])
def test_every_other_call_is_retried_by_airflow_and_the_message_names_the_connection(
    photos, aws, monkeypatch, number, cause
):
    photos.put_manifest(photos.put("cat.jpg"))
    if cause == "none":
        monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", aws.airflow_connection(credentials=False))
    else:
        aws.inject(cause, operation="S3", times=None)
        aws.inject(cause, times=None)

    with pytest.raises(AirflowException, match="aws_conn_id='aws_default'") as raised:
        run_task(tasks_without_credentials()[number])

    assert not isinstance(raised.value, AirflowFailException)


def test_a_region_whose_host_does_not_exist_is_not_waited_for(start, aws, monkeypatch):
    getaddrinfo = socket.getaddrinfo

    def resolve(host, *more, **options):
        if "rekognition" in host:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return getaddrinfo(host, *more, **options)

    operator = start(timeout=86_400)
    jobs = operator.hook.jobs
    client = type(aws)(None)._session.client("rekognition", region_name="me-south-1")
    monkeypatch.setattr(jobs, "_client", client)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    with pytest.raises(AirflowException, match=r"StartMediaAnalysisJob.*me-south-1.*region_name"):
        run_task(operator)
