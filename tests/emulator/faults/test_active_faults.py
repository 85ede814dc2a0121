"""What goes wrong on demand, as a boto3 client sees it."""

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from emulator.scene import moderation_config

BULK = ["StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs"]


def listed(scene):
    return scene.rekognition.list_media_analysis_jobs()


def code_of(call):
    """Name the error that a call is answered with; none when it is fine."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def call_all(scene):
    """Make one call of each operation, and name their errors."""
    calls = {
        "StartMediaAnalysisJob": scene.start,
        "GetMediaAnalysisJob": lambda: scene.get("0" * 64),
        "ListMediaAnalysisJobs": lambda: listed(scene),
        "DetectModerationLabels": lambda: scene.rekognition.detect_moderation_labels(Image={}),
    }
    return {operation: code_of(call) for operation, call in calls.items()}


def test_an_error_is_answered_once(scene):
    scene.emulator.inject("error", code="ResourceNotReadyException", operation="StartMediaAnalysisJob")
    with pytest.raises(scene.rekognition.exceptions.ResourceNotReadyException):
        scene.start()
    assert scene.start()


def test_an_error_has_the_text_and_the_status_that_were_asked_for(scene):
    scene.emulator.inject("error", code="AccessDeniedException", message="Not you.", status=400)
    with pytest.raises(ClientError, match=r"Not you\.$"):
        listed(scene)


def test_a_throttled_call_is_retried_by_boto3_and_counted(scene):
    scene.emulator.inject("throttle")
    client = scene.emulator.client("rekognition", retries={"mode": "standard", "total_max_attempts": 3})
    assert client.list_media_analysis_jobs()["ResponseMetadata"]["RetryAttempts"] == 1
    assert scene.emulator.usage()["calls"]["ListMediaAnalysisJobs"] == 2


def test_http_500_is_html_as_from_a_proxy(scene):
    scene.emulator.inject("http_500")
    with pytest.raises(ClientError) as error:
        listed(scene)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert error.value.response["Error"]["Code"] == "500"


def test_a_connection_reset_is_no_answer_at_all(scene):
    scene.emulator.inject("connection_reset")
    with pytest.raises((ConnectionClosedError, ConnectionError)):
        listed(scene)
    assert listed(scene)["MediaAnalysisJobs"] == []


def test_a_lost_answer_has_still_started_a_job(scene):
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


def test_a_slow_answer_holds_up_nobody_else(scene):
    scene.emulator.inject("slow", seconds=30, operation="GetMediaAnalysisJob")
    assert listed(scene)["MediaAnalysisJobs"] == []


# Out of the enum of botocore's model.
@pytest.mark.parametrize("code", ["INTERNAL_ERROR", "ACCESS_DENIED", "RESOURCE_NOT_READY", "INVALID_KMS_KEY"])
def test_the_next_job_fails_with_that_code(scene, code):
    scene.emulator.inject("fail_job", code=code, message="On demand.")
    doomed, fine = scene.start(), scene.start()
    assert scene.get(doomed)["Status"] == "CREATED"
    job = scene.finish(doomed)
    assert (job["Status"], job["FailureDetails"]) == ("FAILED", {"Code": code, "Message": "On demand."})
    assert scene.finish(fine)["Status"] == "SUCCEEDED"
    assert scene.emulator.usage()["images_billed"] == 1


def test_a_job_at_work_fails_when_it_is_named(scene):
    first, second = scene.start(), scene.start()
    scene.emulator.inject("fail_job", code="THROTTLED", job_id=first)
    assert scene.finish(first)["FailureDetails"]["Code"] == "THROTTLED"
    assert scene.finish(second)["Status"] == "SUCCEEDED"


def test_a_closed_account_has_no_bulk_operation_but_still_has_the_per_image_one(scene):
    scene.emulator.inject("closed")
    refused = call_all(scene)
    assert refused.pop("DetectModerationLabels") == "InvalidParameterException"
    assert refused == dict.fromkeys(BULK, "AccessDeniedException")


def test_a_closed_account_can_be_refused_starts_only(scene):
    scene.emulator.configure(closed_operations="start")
    scene.emulator.inject("closed")
    assert [name for name, code in call_all(scene).items() if code == "AccessDeniedException"] == BULK[:1]


def test_a_closed_account_stays_closed_until_the_faults_are_cleared(scene):
    scene.emulator.inject("closed")
    assert [code_of(scene.start) for _ in range(5)] == ["AccessDeniedException"] * 5
    scene.emulator.clear_faults()
    assert scene.start()


def test_a_fault_of_any_operation_strikes_each(scene):
    scene.emulator.inject("throttle", times=None)
    assert set(call_all(scene).values()) == {"ThrottlingException"}


def test_a_fault_waits_for_its_call(scene):
    scene.emulator.inject("throttle", after=2, times=2)
    codes = [code_of(lambda: listed(scene)) for _ in range(5)]
    assert codes == [None, None, "ThrottlingException", "ThrottlingException", None]


def test_a_share_of_all_calls_goes_wrong_in_several_ways(scene):
    scene.emulator.inject(["throttle", "http_500"], probability=0.3, seed=7)
    codes = [code_of(lambda: listed(scene)) for _ in range(100)]
    wrong = [code for code in codes if code]
    assert 15 < len(wrong) < 45
    assert wrong[:4] == ["ThrottlingException", "500", "ThrottlingException", "500"]


def test_the_same_seed_throws_the_same_dice(scene):
    runs = []
    for _ in range(2):
        scene.emulator.clear_faults()
        scene.emulator.inject("throttle", probability=0.5, seed=3)
        runs.append([code_of(lambda: listed(scene)) for _ in range(20)])
    assert runs[0] == runs[1]
    assert None in runs[0]


def test_faults_strike_in_the_order_in_which_they_came(scene):
    scene.emulator.inject("throttle")
    scene.emulator.inject("error", code="AccessDeniedException")
    assert [code_of(lambda: listed(scene)) for _ in range(3)] == [
        "ThrottlingException",
        "AccessDeniedException",
        None,
    ]


def test_a_fault_comes_before_validation(scene):
    scene.emulator.inject("throttle")
    assert (
        code_of(lambda: scene.start(OperationsConfig=moderation_config(MinConfidence=101)))
        == "ThrottlingException"
    )
