import json
import os
import signal
import threading

import pytest
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.airflow_compat import AirflowException, AirflowFailException
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator


@pytest.fixture
def moderate(photos):
    """Build the operator for a manifest of three images, one of which is none."""
    many = photos.put_manifest(*(photos.put(f"{number}.jpg") for number in range(40)), name="many.jsonl")
    manifest = photos.put_manifest(
        photos.put("beach.jpg", labels="Pills=88"),
        photos.put("cat.jpg"),
        photos.put("broken.jpg", body=b"GIF89a"),
    )

    def build(**changes):
        arguments = {"task_id": "task", "manifest": manifest, "output": "s3://photos/out/"}
        return RekognitionDetectModerationLabelsOperator(**arguments | {"max_concurrency": 4} | changes)

    build.many = many
    return build


def test_it_returns_a_finished_per_image_job(moderate, aws):
    job = run_task(moderate())

    assert (job["engine"], job["status"]) == ("per_image", "SUCCEEDED")
    assert job["results_uri"].startswith("s3://photos/out/per-image-")
    assert aws.usage()["images_billed"] == 2
    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


def test_a_retry_returns_the_job_and_pays_nothing(moderate, aws):
    first = run_task(moderate())

    assert run_task(moderate()) == first
    assert aws.usage()["calls"]["DetectModerationLabels"] == 3


def test_the_lease_names_the_attempt(moderate, photos):
    run_task(moderate(), FakeTaskInstance(try_number=3))

    (key,) = (
        found["Key"]
        for found in photos.client.list_objects_v2(Bucket="photos", Prefix="out/_rekmedia/")["Contents"]
        if found["Key"].endswith("lease.json")
    )
    lease = json.loads(photos.client.get_object(Bucket="photos", Key=key)["Body"].read())
    assert (lease["attempt"], lease["is_released"]) == (3, True)


def test_a_cleared_task_pays_again_only_if_existing_job_is_restart(moderate, aws):
    first = run_task(moderate())
    cleared = FakeTaskInstance(max_tries=1)

    assert run_task(moderate(), cleared) == first
    assert run_task(moderate(existing_job="restart"), cleared)["job_id"] != first["job_id"]
    assert aws.usage()["images_billed"] == 4


def test_rendered_text_arguments_are_parsed(moderate):
    job = run_task(
        moderate(
            max_tps="50",
            max_concurrency="3",
            min_confidence="90",
            max_failed="50%",
            on_expired_adapter="fail",
        )
    )

    assert job["status"] == "SUCCEEDED"


def test_a_rendered_none_is_none(moderate):
    assert run_task(moderate(max_tps="None", max_failed="None", min_confidence=""))["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_tps": 0},
        {"max_tps": "fast"},
        {"max_concurrency": 0},
        {"max_concurrency": 1_001},
        {"min_confidence": 101},
        {"existing_job": "again"},
        {"on_expired_adapter": "shrug"},
        {"max_failed": "many"},
        {"output": "photos/out"},
        {"manifest": "s3://photos/none.jsonl"},
        {"project_version": "arn:of-nothing"},
        {"kms_key_id": "two words"},
    ],
    ids=str,
)
def test_bad_input_fails_the_task_before_any_call(moderate, aws, wrong):
    with pytest.raises(AirflowFailException, match=str(next(iter(wrong.values())))):
        run_task(moderate(**wrong))
    assert aws.usage()["calls"]["DetectModerationLabels"] == 0


def test_too_many_failures_fail_the_task_after_the_results_are_written(moderate, photos):
    with pytest.raises(AirflowFailException, match=r"unaccounted for: 1 of 3, and max_failed=0"):
        run_task(moderate(max_failed=0))
    keys = [
        stored["Key"]
        for stored in photos.client.list_objects_v2(Bucket="photos", Prefix="out/per-")["Contents"]
    ]
    assert len(keys) == 2

    assert run_task(moderate(max_failed="34%"))["status"] == "SUCCEEDED"


def test_an_outage_is_retried(moderate, aws):
    aws.inject("http_500", operation="DetectModerationLabels", times=None)

    with pytest.raises(AirflowException) as outage:
        run_task(moderate(manifest=moderate.many))
    assert not isinstance(outage.value, AirflowFailException)


def test_a_denial_is_not_retried(moderate, aws):
    denied = {"code": "AccessDeniedException", "status": 400, "times": None}
    aws.inject("error", operation="DetectModerationLabels", **denied)

    with pytest.raises(AirflowFailException, match="DetectModerationLabels was refused: AccessDenied"):
        run_task(moderate())


def test_progress_and_failed_images_are_logged(moderate, task_log):
    run_task(moderate())

    assert "3 of 3 images done, 1 of them failed; 0 left" in task_log.text
    assert "Not analyzed: s3://photos/uploads/broken.jpg (InvalidImageFormatException" in task_log.text


def test_a_kill_logs_that_a_retry_continues(moderate, task_log):
    moderate().on_kill()

    assert "it goes on from there" in task_log.text


def test_after_sigterm_on_airflow_3_a_retry_continues(moderate, aws):
    task = moderate(manifest=moderate.many, max_tps=10)
    before = signal.signal(signal.SIGTERM, lambda *_: task.on_kill())  # and raises nothing
    threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM)).start()
    try:
        with pytest.raises(AirflowException, match="was stopped") as stopped:
            run_task(task)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not isinstance(stopped.value, AirflowFailException)
    begun = aws.usage()["calls"]["DetectModerationLabels"]
    assert 0 < begun < 40

    assert run_task(moderate(manifest=moderate.many))["status"] == "SUCCEEDED"
    assert aws.usage()["calls"]["DetectModerationLabels"] == 40


def test_a_changed_request_of_the_same_run_needs_restart(moderate):
    run_task(moderate())

    with pytest.raises(AirflowFailException, match="restart"):
        run_task(moderate(min_confidence=70))
    assert run_task(moderate(min_confidence=70, existing_job="restart"))["status"] == "SUCCEEDED"
