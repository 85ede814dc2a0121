"""The sensor answers the same whether it pokes or defers."""

import pytest
from task_runner import FakeTaskInstance, deferral_of, run_task

from airflow_provider_rekmedia.airflow_compat import (
    AirflowException,
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
)
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, per_image_job_id
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor


@pytest.fixture
def job(photos):
    """A job that somebody else has started."""
    return start_job(photos)


@pytest.fixture
def stuck_job(photos, aws):
    """A job that never ends."""
    aws.configure(by_hand=True)
    return start_job(photos)


def start_job(photos):
    return run_task(
        RekognitionStartMediaAnalysisJobOperator(
            task_id="start",
            manifest=photos.put_manifest(photos.put("cat.jpg")),
            output="s3://photos/out/",
            wait_for_completion=False,
        )
    )


@pytest.fixture(params=[False, True], ids=["poke", "deferrable"])
def sense(request):
    def build(job, **changes):
        arguments = {"task_id": "sense", "deferrable": request.param, "poke_interval": 0.1, "timeout": 20}
        return RekognitionMediaAnalysisJobSensor(job=job, **arguments | changes)

    return build


def test_a_per_image_job_is_finished_without_a_call(sense, photos, aws):
    job = run_task(
        RekognitionDetectModerationLabelsOperator(
            task_id="analyze",
            manifest=photos.put_manifest(photos.put("cat.jpg")),
            output="s3://photos/out/",
        )
    )

    assert finish(sense(job)) == job
    assert aws.usage()["calls"]["GetMediaAnalysisJob"] == 0


def test_a_results_uri_is_a_finished_job(sense, aws):
    uri = "s3://photos/out/per-image-0123-results.jsonl"

    assert finish(sense(uri))["results_uri"] == uri
    assert aws.usage()["calls"]["GetMediaAnalysisJob"] == 0


def test_a_per_image_job_id_is_refused_with_what_to_use(sense, aws):
    job_id = per_image_job_id(TaskIdentity("dag", "run", "analyze", -1), "fingerprint", 0)

    with pytest.raises(AirflowFailException, match=r"not know.*analyze\.output.*s3:// uri of its results"):
        finish(sense(job_id))
    assert aws.usage()["calls"]["GetMediaAnalysisJob"] == 0


def finish(sensor):
    """Run a sensor to its end, and give its XCom."""
    found = run_task(sensor, FakeTaskInstance())
    return getattr(found, "xcom_value", found)


def test_it_returns_the_finished_job(sense, job):
    assert finish(sense(job))["status"] == "SUCCEEDED"


def test_a_bare_job_id_is_enough(sense, job):
    assert finish(sense(job["job_id"])) == finish(sense(job))


def test_a_failed_job_is_an_error_with_its_code(sense, job, aws):
    aws.inject("fail_job", code="ACCESS_DENIED", message="kept out", job_id=job["job_id"])

    with pytest.raises(AirflowFailException, match="ACCESS_DENIED: kept out"):
        finish(sense(job))


def test_a_timeout_is_a_sensor_timeout(sense, stuck_job):
    with pytest.raises(AirflowSensorTimeout):
        finish(sense(stuck_job, timeout=0.5))


def test_a_timeout_of_a_soft_sensor_skips(sense, stuck_job):
    with pytest.raises(AirflowSkipException):
        finish(sense(stuck_job, timeout=0.5, soft_fail=True))


def test_a_soft_sensor_skips_if_its_first_poll_fails(sense, aws):
    with pytest.raises(AirflowSkipException):
        finish(sense("no-such-job", soft_fail=True))


def test_throttled_polls_are_retried(sense, job, aws):
    aws.inject("throttle", operation="GetMediaAnalysisJob", times=8)

    assert finish(sense(job))["status"] == "SUCCEEDED"


def test_an_unknown_job_fails_at_once(sense, aws):
    with pytest.raises(AirflowFailException, match="ResourceNotFoundException"):
        finish(sense("no-such-job"))


@pytest.mark.parametrize("value", ["{'job_id': 'abc'}", "two words", 7, {"status": "SUCCEEDED"}])
def test_a_value_that_is_not_a_job_is_refused(sense, aws, value):
    with pytest.raises(AirflowFailException, match="job"):
        finish(sense(value))

    assert aws.usage()["calls"]["GetMediaAnalysisJob"] == 0


def test_a_finished_job_is_not_deferred(job, aws):
    aws.advance(to_end=True)
    sensor = RekognitionMediaAnalysisJobSensor(task_id="sense", job=job, deferrable=True)

    assert sensor.execute({"ti": FakeTaskInstance()})["status"] == "SUCCEEDED"


def test_a_resumption_without_an_event_is_an_error(job):
    sensor = RekognitionMediaAnalysisJobSensor(task_id="sense", job=job, deferrable=True)

    with pytest.raises(AirflowException, match="event"):
        sensor.execute_complete({}, None)


def test_a_deferral_resumes_in_the_method_that_reads_its_event(stuck_job):
    sensor = RekognitionMediaAnalysisJobSensor(task_id="sense", job=stuck_job, deferrable=True, timeout=60)

    assert deferral_of(sensor).method_name == "execute_complete"
