"""Rate quotas: calls per second."""

import pytest


def test_there_is_no_rate_quota_by_default(scene):
    for _ in range(60):
        scene.rekognition.list_media_analysis_jobs()


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
def test_calls_above_the_rate_are_throttled_for_a_while(scene, clock, code):
    scene.emulator.configure(tps={"ListMediaAnalysisJobs": 2}, throttle_error=code)
    for _ in range(2):
        scene.rekognition.list_media_analysis_jobs()
    with pytest.raises(scene.rekognition.exceptions.from_code(code)):
        scene.rekognition.list_media_analysis_jobs()
    clock.forward(0.5)
    scene.rekognition.list_media_analysis_jobs()


def test_a_rate_quota_applies_to_one_operation(scene):
    scene.emulator.configure(tps={"ListMediaAnalysisJobs": 1})
    scene.rekognition.list_media_analysis_jobs()
    job_id = scene.start()
    for _ in range(5):
        scene.get(job_id)


@pytest.mark.parametrize("status", [400, 500])
def test_throttling_is_400_or_500(scene, status):
    scene.emulator.configure(throttling_status=status)
    scene.emulator.inject("throttle")
    with pytest.raises(scene.rekognition.exceptions.ThrottlingException) as error:
        scene.rekognition.list_media_analysis_jobs()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_throttled_calls_are_counted(scene):
    scene.emulator.configure(tps={"ListMediaAnalysisJobs": 1})
    scene.rekognition.list_media_analysis_jobs()
    with pytest.raises(scene.rekognition.exceptions.ProvisionedThroughputExceededException):
        scene.rekognition.list_media_analysis_jobs()
    assert scene.emulator.usage()["calls"]["ListMediaAnalysisJobs"] == 2
