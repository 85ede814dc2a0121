"""The operator's promises, in the waiting and in the deferrable mode alike."""

import logging

import pytest
from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException
from tasks import FakeTaskInstance, deferral_of, run_task

from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator


@pytest.fixture(params=[False, True], ids=["waiting", "deferrable"])
def start(request, photos):
    """Build the operator for a manifest of two images."""
    manifest = photos.put_manifest(photos.put("beach.jpg", labels="Pills"), photos.put("cat.jpg"))

    def build(**changes):
        arguments = {
            "task_id": "task",
            "manifest": manifest,
            "output": "s3://photos/out/",
            "deferrable": request.param,
            "poll_interval": 0.1,
            "timeout": 30,
        }
        return RekognitionStartMediaAnalysisJobOperator(**arguments | changes)

    return build


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


def test_a_failed_job_is_followed_by_a_new_one(start, aws):
    aws.inject("fail_job", code="INTERNAL_ERROR", message="broken", times=1)

    with pytest.raises(AirflowException, match=r"ended FAILED: INTERNAL_ERROR: broken") as failed:
        run_task(start())
    job = run_task(start())

    assert not isinstance(failed.value, AirflowFailException)
    assert job["status"] == "SUCCEEDED"
    assert aws.usage()["jobs"] == 2
    assert aws.usage()["images_billed"] == 2


def test_a_failure_that_no_retry_can_mend_fails_the_task_at_once(start, aws):
    aws.inject("fail_job", code="ACCESS_DENIED", message="no", times=1)

    with pytest.raises(AirflowFailException, match="s3:PutObject"):
        run_task(start())


def test_a_full_quota_is_waited_out(start, aws):
    aws.configure(max_active_jobs=1, in_progress_s=1.0)
    other = run_task(start(wait_for_completion=False), FakeTaskInstance(task_id="other"))

    job = run_task(start())

    assert job["job_id"] != other["job_id"]
    assert job["status"] == "SUCCEEDED"
    assert aws.usage()["most_active_jobs"] == 1


def test_a_quota_that_stays_full_ends_at_the_deadline(start, aws):
    aws.configure(max_active_jobs=1, in_progress_s=60.0)
    run_task(start(wait_for_completion=False), FakeTaskInstance(task_id="other"))

    with pytest.raises(AirflowException, match="concurrent jobs"):
        run_task(start(timeout=1))


def test_throttled_and_broken_looks_are_ridden_out(start, aws):
    aws.inject(["throttle", "http_500", "connection_reset"], operation="GetMediaAnalysisJob", times=12)

    assert run_task(start())["status"] == "SUCCEEDED"


def test_a_look_that_is_throttled_for_ever_ends_at_the_deadline(start, aws):
    aws.inject("throttle", operation="GetMediaAnalysisJob", times=None)

    with pytest.raises(AirflowException, match=r"at the deadline.*A retry of this task attaches"):
        run_task(start(timeout=2, botocore_config={"retries": {"total_max_attempts": 1}}))


def test_a_denied_look_ends_the_wait_at_once(start, aws):
    aws.inject("error", operation="GetMediaAnalysisJob", code="AccessDeniedException", status=400)

    with pytest.raises(AirflowFailException, match="per-image engine"):
        run_task(start(timeout=3600))


def test_a_closed_account_is_told_the_way_out(start, aws):
    aws.inject("closed")

    with pytest.raises(AirflowFailException, match="per-image engine"):
        run_task(start())


def test_a_timeout_leaves_the_job_to_the_next_try(start, aws):
    aws.configure(in_progress_s=3.0)
    with pytest.raises(AirflowException, match="stop operation"):
        run_task(start(timeout=0.5))

    assert run_task(start())["status"] == "SUCCEEDED"
    assert aws.usage()["jobs"] == 1


def test_a_clear_reuses_the_job_unless_it_says_restart(start, aws):
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


def test_without_waiting_it_returns_the_job_as_it_is(start, aws):
    job = run_task(start(wait_for_completion=False))

    assert job["status"] in {"CREATED", "QUEUED", "IN_PROGRESS"}
    assert job["results_uri"] is None


def test_mapped_tasks_have_a_job_each(start, aws):
    jobs = {run_task(start(), FakeTaskInstance(map_index=n))["job_id"] for n in range(3)}

    assert len(jobs) == 3


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("manifest", "photos/manifest.jsonl"),
        ("output", "s3://"),
        ("output", "s3://photos/with space/"),
        ("min_confidence", "101"),
        ("min_confidence", "much"),
        ("job_name", "a b"),
        ("job_name", "x" * 65),
        ("kms_key_id", "not a key"),
        ("project_version", "arn:aws:rekognition:us-east-1:1:project/p/version/v/1"),
        ("client_request_token", "with space"),
        ("manifest_version", "v" * 1025),
        ("existing_job", "whatever"),
        ("poll_interval", 0),
        ("timeout", "-1"),
    ],
)
def test_a_bad_argument_is_named_before_any_call(start, aws, argument, value):
    with pytest.raises(AirflowFailException, match="s3://|" + argument):
        run_task(start(**{argument: value}))

    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


@pytest.mark.parametrize(("body", "told"), [(None, "no manifest"), (b"", "is empty")])
def test_a_manifest_that_cannot_work_is_found_before_the_paid_call(start, photos, aws, body, told):
    if body is not None:
        photos.client.put_object(Bucket="photos", Key="other.jsonl", Body=body)

    with pytest.raises(AirflowFailException, match=told):
        run_task(start(manifest="s3://photos/other.jsonl"))

    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


def test_a_bucket_of_another_region_is_found_before_the_paid_call(start, aws):
    aws.client("s3", "eu-west-1").create_bucket(
        Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )

    with pytest.raises(
        AirflowFailException, match="elsewhere is in eu-west-1, and the call goes to us-east-1"
    ):
        run_task(start(output="s3://elsewhere/out/"))

    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


def test_an_output_bucket_that_does_not_exist_is_told_before_the_paid_call(start, aws):
    with pytest.raises(AirflowFailException, match="HeadBucket was refused: 404"):
        run_task(start(output="s3://nowhere/out/"))

    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


def test_the_whole_request_reaches_the_service(start, photos, aws):
    photos.client.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    adapter = "arn:aws:rekognition:us-east-1:123456789012:project/p/version/v/1690556733321"
    manifest = photos.put_manifest(photos.put("dog.jpg"))
    version = photos.client.head_object(Bucket="photos", Key="manifest.jsonl")["VersionId"]

    job = run_task(
        start(
            manifest=manifest,
            manifest_version=version,
            min_confidence="62.5",
            project_version=adapter,
            job_name="nightly",
            kms_key_id="alias/photos",
            client_request_token="my-own",
        )
    )

    told = aws.client("rekognition").get_media_analysis_job(JobId=job["job_id"])
    assert told["JobName"] == "nightly"
    assert told["KmsKeyId"] == "alias/photos"
    assert told["Input"]["S3Object"] == {"Bucket": "photos", "Name": "manifest.jsonl", "Version": version}
    assert told["OutputConfig"] == {"S3Bucket": "photos", "S3KeyPrefix": "out"}
    assert told["OperationsConfig"]["DetectModerationLabels"] == {
        "MinConfidence": 62.5,
        "ProjectVersion": adapter,
    }


def test_a_job_that_is_final_already_is_not_deferred(photos, aws):
    aws.configure(created_s=0, queued_s=0, in_progress_s=0)
    operator = RekognitionStartMediaAnalysisJobOperator(
        task_id="task",
        manifest=photos.put_manifest(photos.put("cat.jpg")),
        output="s3://photos/out/",
        deferrable=True,
    )

    assert operator.execute({"ti": FakeTaskInstance()})["status"] == "SUCCEEDED"


def test_a_deferral_carries_the_deadline_and_the_connection(start, aws):
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


def test_links_are_there_while_the_task_is_deferred(start, aws):
    ti = FakeTaskInstance()

    deferral_of(start(deferrable=True), ti)

    assert ti.xcoms["rekognition_results"]["bucket"] == "photos"
    assert ti.xcoms["rekognition_results"]["prefix"] == "out/"
    assert ti.xcoms["rekognition_console"]["region_name"] == "us-east-1"


def test_killing_says_that_the_job_goes_on(start, caplog, monkeypatch):
    operator = start(wait_for_completion=False)
    monkeypatch.setattr(type(operator), "log", logging.getLogger("task"))  # Airflow's own goes past caplog
    job = run_task(operator)

    operator.on_kill()

    assert f"Job {job['job_id']} goes on and will be billed" in caplog.text


def test_no_secret_is_logged_or_handed_on(start, aws, monkeypatch, caplog):
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
