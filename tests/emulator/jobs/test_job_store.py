"""ClientRequestToken makes a start idempotent."""

import pytest
from emulator.scene import moderation_config


def test_the_same_token_returns_the_same_job(scene):
    first, second = (scene.start(ClientRequestToken="night-1") for _ in range(2))
    assert first == second
    scene.finish(first)
    usage = scene.emulator.usage()
    assert (usage["jobs"], usage["images_billed"], usage["calls"]["StartMediaAnalysisJob"]) == (1, 1, 2)


def test_another_token_starts_another_job(scene):
    assert scene.start(ClientRequestToken="night-1") != scene.start(ClientRequestToken="night-2")


def test_each_start_without_a_token_starts_a_job(scene):
    # botocore makes up a new token for each call that has none
    assert scene.start() != scene.start()


@pytest.mark.parametrize(
    "changes",
    [{"JobName": "other"}, {"OperationsConfig": moderation_config(MinConfidence=1)}, {"KmsKeyId": "k"}],
)
def test_the_same_token_with_another_request_is_refused(scene, changes):
    scene.start(ClientRequestToken="night-1")
    # the text is documented: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
    text = "The ClientRequestToken: night-1 you have supplied is already in use."
    with pytest.raises(scene.rekognition.exceptions.IdempotentParameterMismatchException, match=text):
        scene.start(ClientRequestToken="night-1", **changes)


def test_a_token_remains_valid_after_its_job_failed(scene):
    scene.emulator.inject("fail_job", code="THROTTLED")
    failed = scene.finish(scene.start(ClientRequestToken="night-1"))
    assert failed["Status"] == "FAILED"
    assert scene.start(ClientRequestToken="night-1") == failed["JobId"]


def test_a_refused_start_does_not_use_up_its_token(scene):
    with pytest.raises(scene.rekognition.exceptions.InvalidS3ObjectException):
        scene.start(ClientRequestToken="night-1", Input={"S3Object": {"Bucket": "nowhere", "Name": "m"}})
    assert scene.start(ClientRequestToken="night-1")


def test_a_repeated_start_needs_no_free_slot_and_no_manifest(scene):
    scene.emulator.configure(max_active_jobs=1)
    job_id = scene.start(ClientRequestToken="night-1")
    scene.s3.delete_object(Bucket="images-in", Key="manifest.jsonl")
    assert scene.start(ClientRequestToken="night-1") == job_id


def test_a_token_can_have_a_lifetime(scene, clock):
    scene.emulator.configure(token_lifetime_s=3600)
    first = scene.start(ClientRequestToken="night-1")
    assert scene.start(ClientRequestToken="night-1") == first
    clock.forward(3601)
    assert scene.start(ClientRequestToken="night-1") != first


def test_a_token_is_valid_in_one_region(scene):
    elsewhere = scene.emulator.client("s3", "eu-west-1")
    elsewhere.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    elsewhere.put_object(Bucket="elsewhere", Key="m", Body=b"{}")
    here = scene.start(ClientRequestToken="night-1")
    there = scene.emulator.client("rekognition", "eu-west-1").start_media_analysis_job(
        ClientRequestToken="night-1",
        OperationsConfig=moderation_config(),
        Input={"S3Object": {"Bucket": "elsewhere", "Name": "m"}},
        OutputConfig={"S3Bucket": "elsewhere"},
    )
    assert there["JobId"] != here
