"""Injected faults, as a boto3 client sees them."""

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from emulator.scene import moderation_config

BULK = ["StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs"]


def listed(scene):
    return scene.rekognition.list_media_analysis_jobs()


def code_of(call):
    """Return the error code of a call; None if it succeeds."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def call_all(scene):
    """Call each operation, and return the error codes."""
    calls = {
        "StartMediaAnalysisJob": scene.start,
        "GetMediaAnalysisJob": lambda: scene.get("0" * 64),
        "ListMediaAnalysisJobs": lambda: listed(scene),
        "DetectModerationLabels": lambda: scene.rekognition.detect_moderation_labels(Image={}),
    }
    return {operation: code_of(call) for operation, call in calls.items()}


def test_an_error_occurs_once(scene):
    scene.emulator.inject("error", code="ResourceNotReadyException", operation="StartMediaAnalysisJob")
    with pytest.raises(scene.rekognition.exceptions.ResourceNotReadyException):
        scene.start()
    assert scene.start()


def test_an_error_has_the_injected_message_and_status(scene):
    scene.emulator.inject("error", code="AccessDeniedException", message="Not you.", status=400)
    with pytest.raises(ClientError, match=r"Not you\.$"):
        listed(scene)


def test_a_throttled_call_is_retried_by_boto3_and_counted(scene):
    scene.emulator.inject("throttle")
    client = scene.emulator.client("rekognition", retries={"mode": "standard", "total_max_attempts": 3})
    assert client.list_media_analysis_jobs()["ResponseMetadata"]["RetryAttempts"] == 1
    assert scene.emulator.usage()["calls"]["ListMediaAnalysisJobs"] == 2


def test_http_500_is_html(scene):
    scene.emulator.inject("http_500")
    with pytest.raises(ClientError) as error:
        listed(scene)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert error.value.response["Error"]["Code"] == "500"


def test_a_connection_reset_has_no_response(scene):
    scene.emulator.inject("connection_reset")
    with pytest.raises((ConnectionClosedError, ConnectionError)):
        listed(scene)
    assert listed(scene)["MediaAnalysisJobs"] == []


def test_a_request_with_a_lost_response_is_executed(scene):
    scene.emulator.inject("connection_reset", processed=True)
    with pytest.raises((ConnectionClosedError, ConnectionError)):
        scene.start(ClientRequestToken="night-1")
    (job,) = listed(scene)["MediaAnalysisJobs"]
    assert scene.start(ClientRequestToken="night-1") == job["JobId"]


def test_a_lost_request_has_started_none(scene):
    scene.emulator.inject("http_500", operation="StartMediaAnalysisJob")
    assert code_of(scene.start) == "500"
    assert scene.emulator.usage()["jobs"] == 0


def test_a_slow_answer_is_late_and_right(scene):
    scene.emulator.inject("slow", seconds=0.3)
    began = time.monotonic()
    assert listed(scene)["MediaAnalysisJobs"] == []
    assert time.monotonic() - began >= 0.3


def test_a_slow_response_does_not_block_other_calls(scene):
    scene.emulator.inject("slow", seconds=30, operation="GetMediaAnalysisJob")
    assert listed(scene)["MediaAnalysisJobs"] == []


# Out of the enum of botocore's model.
@pytest.mark.parametrize("code", ["INTERNAL_ERROR", "ACCESS_DENIED", "RESOURCE_NOT_READY", "INVALID_KMS_KEY"])
def test_the_next_job_fails_with_the_injected_code(scene, code):
    scene.emulator.inject("fail_job", code=code, message="Injected.")
    failing, succeeding = scene.start(), scene.start()
    assert scene.get(failing)["Status"] == "CREATED"
    job = scene.finish(failing)
    assert (job["Status"], job["FailureDetails"]) == ("FAILED", {"Code": code, "Message": "Injected."})
    assert scene.finish(succeeding)["Status"] == "SUCCEEDED"
    assert scene.emulator.usage()["images_billed"] == 1


def test_a_running_job_fails_if_the_fault_has_its_id(scene):
    first, second = scene.start(), scene.start()
    scene.emulator.inject("fail_job", code="THROTTLED", job_id=first)
    assert scene.finish(first)["FailureDetails"]["Code"] == "THROTTLED"
    assert scene.finish(second)["Status"] == "SUCCEEDED"


def test_closed_denies_only_the_bulk_operations(scene):
    scene.emulator.inject("closed")
    refused = call_all(scene)
    assert refused.pop("DetectModerationLabels") == "InvalidParameterException"
    assert refused == dict.fromkeys(BULK, "AccessDeniedException")


def test_closed_can_deny_only_starts(scene):
    scene.emulator.configure(closed_operations="start")
    scene.emulator.inject("closed")
    assert [name for name, code in call_all(scene).items() if code == "AccessDeniedException"] == BULK[:1]


def test_closed_lasts_until_the_faults_are_cleared(scene):
    scene.emulator.inject("closed")
    assert [code_of(scene.start) for _ in range(5)] == ["AccessDeniedException"] * 5
    scene.emulator.clear_faults()
    assert scene.start()


def test_a_fault_of_any_operation_affects_each(scene):
    scene.emulator.inject("throttle", times=None)
    assert set(call_all(scene).values()) == {"ThrottlingException"}


def test_a_fault_lets_calls_succeed_first(scene):
    scene.emulator.inject("throttle", after=2, times=2)
    codes = [code_of(lambda: listed(scene)) for _ in range(5)]
    assert codes == [None, None, "ThrottlingException", "ThrottlingException", None]


def test_a_share_of_calls_fails_with_kinds_in_turn(scene):
    scene.emulator.inject(["throttle", "http_500"], probability=0.3, seed=7)
    codes = [code_of(lambda: listed(scene)) for _ in range(100)]
    wrong = [code for code in codes if code]
    assert 15 < len(wrong) < 45
    assert wrong[:4] == ["ThrottlingException", "500", "ThrottlingException", "500"]


def test_the_same_seed_gives_the_same_failures(scene):
    runs = []
    for _ in range(2):
        scene.emulator.clear_faults()
        scene.emulator.inject("throttle", probability=0.5, seed=3)
        runs.append([code_of(lambda: listed(scene)) for _ in range(20)])
    assert runs[0] == runs[1]
    assert None in runs[0]


def test_the_oldest_fault_applies_first(scene):
    scene.emulator.inject("throttle")
    scene.emulator.inject("error", code="AccessDeniedException")
    assert [code_of(lambda: listed(scene)) for _ in range(3)] == [
        "ThrottlingException",
        "AccessDeniedException",
        None,
    ]


def test_a_fault_applies_before_validation(scene):
    scene.emulator.inject("throttle")
    assert (
        code_of(lambda: scene.start(OperationsConfig=moderation_config(MinConfidence=101)))
        == "ThrottlingException"
    )
