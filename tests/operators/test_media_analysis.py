"""The operator's promises, in the waiting and in the deferrable mode alike."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from task_runner import FakeTaskInstance, deferral_of, run_task

from airflow_provider_rekmedia.airflow_compat import AirflowException, AirflowFailException, TaskDeferred
from airflow_provider_rekmedia.core.jobs.event import encode_retry
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator


def test_it_ends_with_the_finished_job(start, aws):
    job = run_task(start())

    assert job["status"] == "SUCCEEDED"
    assert job["results_uri"]
    assert aws.usage()["images_billed"] == 2


def test_a_retry_attaches_to_the_job_and_pays_nothing(start, aws):
    first = run_task(start())
    again = run_task(start())

    assert again == first
    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 1
    assert aws.usage()["images_billed"] == 2


def test_a_retry_after_a_failed_job_starts_a_new_one(start, aws):
    aws.inject("fail_job", code="INTERNAL_ERROR", message="broken", times=1)

    with pytest.raises(AirflowException, match=r"ended FAILED: INTERNAL_ERROR: broken") as failed:
        run_task(start())
    job = run_task(start())

    assert not isinstance(failed.value, AirflowFailException)
    assert job["status"] == "SUCCEEDED"
    assert aws.usage()["jobs"] == 2
    assert aws.usage()["images_billed"] == 2


def test_a_permanent_failure_fails_the_task_without_retry(start, aws):
    aws.inject("fail_job", code="ACCESS_DENIED", message="no", times=1)

    with pytest.raises(AirflowFailException, match="s3:PutObject"):
        run_task(start())


def test_a_full_job_quota_is_retried_until_a_slot_is_free(start, aws):
    aws.configure(max_active_jobs=1, in_progress_s=8.0)
    other = run_task(start(wait_for_completion=False), FakeTaskInstance(task_id="other"))

    job = run_task(start())

    assert job["job_id"] != other["job_id"]
    assert job["status"] == "SUCCEEDED"
    assert aws.usage()["most_active_jobs"] == 1
    assert aws.usage()["calls"]["StartMediaAnalysisJob"] > 2  # it was refused at first


def test_a_task_without_a_slot_is_deferred_until_one_is_free(start, aws):
    aws.configure(max_active_jobs=1, by_hand=True)
    run_task(start(wait_for_completion=False), FakeTaskInstance(task_id="other"))

    deferred = deferral_of(start(deferrable=True, timeout=600, region_name="us-east-1"))

    name, arguments = deferred.trigger.serialize()
    assert name.endswith("RekognitionJobSlotTrigger")
    assert arguments["waiting_since"] == arguments["refused_at"]
    assert arguments["region_name"] == "us-east-1"
    assert deferred.method_name == "submit_again"
    assert deferred.timeout.total_seconds() > 600


def test_a_task_that_is_refused_again_keeps_its_place(start, aws):
    aws.configure(max_active_jobs=1, by_hand=True)
    run_task(start(wait_for_completion=False), FakeTaskInstance(task_id="other"))
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    event = encode_retry(datetime.now(UTC) + timedelta(hours=1), noon)

    with pytest.raises(TaskDeferred) as deferred:
        start(deferrable=True).submit_again({"ti": FakeTaskInstance()}, event)

    assert deferred.value.trigger.waiting_since == noon.isoformat()
    assert deferred.value.trigger.deadline == event["deadline"]


def test_a_full_quota_fails_at_the_deadline(start, aws):
    aws.configure(max_active_jobs=1, in_progress_s=60.0)
    run_task(start(wait_for_completion=False), FakeTaskInstance(task_id="other"))

    with pytest.raises(AirflowException, match="concurrent jobs"):
        run_task(start(timeout=1))


def test_throttled_and_failed_polls_are_retried(start, aws):
    aws.inject(["throttle", "http_500", "connection_reset"], operation="GetMediaAnalysisJob", times=12)

    assert run_task(start())["status"] == "SUCCEEDED"


def test_throttled_polls_end_at_the_deadline(start, aws):
    aws.inject("throttle", operation="GetMediaAnalysisJob", times=None)

    with pytest.raises(AirflowException, match=r"at the deadline.*A retry of this task attaches"):
        run_task(start(timeout=2, botocore_config={"retries": {"total_max_attempts": 1}}))


def test_a_denied_poll_fails_at_once(start, aws):
    aws.inject("error", operation="GetMediaAnalysisJob", code="AccessDeniedException", status=400)

    with pytest.raises(AirflowFailException, match="RekognitionDetectModerationLabelsOperator"):
        run_task(start(timeout=3600))


def test_a_closed_account_is_pointed_to_the_per_image_operator(start, aws):
    aws.inject("closed")

    with pytest.raises(AirflowFailException, match="RekognitionDetectModerationLabelsOperator"):
        run_task(start())


def test_after_a_timeout_a_retry_attaches_to_the_job(start, aws):
    aws.configure(in_progress_s=3.0)
    with pytest.raises(AirflowException, match="stop operation"):
        run_task(start(timeout=0.5))

    assert run_task(start())["status"] == "SUCCEEDED"
    assert aws.usage()["jobs"] == 1


def test_a_clear_reuses_the_job_unless_existing_job_is_restart(start, aws):
    first = run_task(start(), FakeTaskInstance(max_tries=0))
    cleared = run_task(start(), FakeTaskInstance(max_tries=1))
    restarted = run_task(start(existing_job="restart"), FakeTaskInstance(max_tries=2))
    retried = run_task(start(existing_job="restart"), FakeTaskInstance(max_tries=2))

    assert cleared == first
    assert restarted["job_id"] != first["job_id"]
    assert retried == restarted
    assert aws.usage()["jobs"] == 2


def test_a_changed_request_in_the_same_run_is_refused_before_it_is_paid(start, aws):
    run_task(start())

    with pytest.raises(AirflowFailException, match=r"changed: OperationsConfig.*existing_job"):
        run_task(start(min_confidence=80))
    run_task(start(min_confidence=80, existing_job="restart"))

    assert aws.usage()["jobs"] == 2


def test_without_waiting_it_returns_the_unfinished_job(start, aws):
    aws.configure(by_hand=True)
    job = run_task(start(wait_for_completion=False))

    assert job["status"] in {"CREATED", "QUEUED", "IN_PROGRESS"}
    assert job["results_uri"] is None


def test_each_mapped_task_has_its_own_job(start, aws):
    jobs = {run_task(start(), FakeTaskInstance(map_index=n))["job_id"] for n in range(3)}

    assert len(jobs) == 3


def test_a_finished_job_is_not_deferred(photos, aws):
    aws.configure(created_s=0, queued_s=0, in_progress_s=0)
    operator = RekognitionStartMediaAnalysisJobOperator(
        task_id="task",
        manifest=photos.put_manifest(photos.put("cat.jpg")),
        output="s3://photos/out/",
        deferrable=True,
    )

    assert operator.execute({"ti": FakeTaskInstance()})["status"] == "SUCCEEDED"


def test_a_deferral_has_the_deadline_and_the_connection(start, aws):
    aws.configure(by_hand=True)
    operator = start(
        deferrable=True,
        region_name="us-east-1",
        verify=False,
        botocore_config={"read_timeout": 7},
        timeout=600,
    )

    deferred = deferral_of(operator)

    _, arguments = deferred.trigger.serialize()
    assert arguments["region_name"] == "us-east-1"
    assert arguments["verify"] is False
    assert arguments["botocore_config"] == {"read_timeout": 7}
    assert deferred.method_name == "execute_complete"
    assert deferred.timeout.total_seconds() > 600


def test_a_deferred_task_has_links(start, aws, monkeypatch):
    aws.configure(by_hand=True)
    monkeypatch.setattr("airflow_provider_rekmedia.links.rekognition._AWS_DOMAINS", ("127.0.0.1",))
    ti = FakeTaskInstance()

    deferral_of(start(deferrable=True), ti)

    assert ti.xcoms["rekognition_results"]["bucket"] == "photos"
    assert ti.xcoms["rekognition_results"]["prefix"] == "out/"
    assert ti.xcoms["rekognition_console"]["region_name"] == "us-east-1"


def test_a_task_that_was_refused_has_links(start, aws, monkeypatch):
    aws.configure(by_hand=True, max_active_jobs=0)
    monkeypatch.setattr("airflow_provider_rekmedia.links.rekognition._AWS_DOMAINS", ("127.0.0.1",))
    ti = FakeTaskInstance()

    deferral_of(start(deferrable=True), ti)

    assert aws.usage()["jobs"] == 0
    assert {"rekognition_results", "rekognition_console"} <= set(ti.xcoms)


def test_an_emulated_task_has_no_links_to_the_aws_console(start, aws):
    aws.configure(by_hand=True)
    ti = FakeTaskInstance()

    deferral_of(start(deferrable=True), ti)

    assert not {"rekognition_results", "rekognition_console"} & set(ti.xcoms)


def test_a_kill_logs_that_the_job_continues(start, caplog, monkeypatch):
    operator = start(wait_for_completion=False)
    monkeypatch.setattr(type(operator), "log", logging.getLogger("task"))  # Airflow's own goes past caplog
    job = run_task(operator)

    operator.on_kill()

    assert f"Job {job['job_id']} goes on and will be billed" in caplog.text


def test_no_secret_is_in_logs_triggers_or_xcoms(start, aws, monkeypatch, caplog):
    aws.configure(in_progress_s=3.0)  # not over before the first poll
    monkeypatch.setenv(
        "AIRFLOW_CONN_AWS_DEFAULT", aws.airflow_connection().replace('"testing"', '"hush-hush"')
    )
    monkeypatch.setattr(RekognitionStartMediaAnalysisJobOperator, "log", logging.getLogger("task"))
    caplog.set_level("DEBUG", logger="task")
    caplog.set_level("DEBUG", logger="airflow_provider_rekmedia")

    deferred = deferral_of(start(deferrable=True))
    job = run_task(start())

    assert job["job_id"] in caplog.text
    assert "hush-hush" not in caplog.text + str(deferred.trigger.serialize()) + str(job)
