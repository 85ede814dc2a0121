"""The quota of concurrent jobs. jobs/test_manifest.py has the checks of the manifest."""

import pytest
from emulator.scene import IN, moderation_config


def test_a_job_above_the_quota_is_refused_with_the_message_of_aws(scene):
    scene.emulator.configure(max_active_jobs=2)
    for _ in range(2):
        scene.start()
    # https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
    text = r"^An error .*: 2 open Jobs for User arn:\S+ Maximum limit: 2$"
    with pytest.raises(scene.rekognition.exceptions.LimitExceededException, match=text):
        scene.start()


@pytest.mark.parametrize(("region", "quota"), [("us-east-1", 20), ("us-west-2", 20), ("eu-west-2", 5)])
def test_the_default_quota_depends_on_the_region(server, region, quota):
    # https://docs.aws.amazon.com/general/latest/gr/rekognition.html
    s3, rekognition = (server.client(name, region) for name in ("s3", "rekognition"))
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=IN, **where)
    s3.put_object(Bucket=IN, Key="m", Body=b"{}")
    arguments = {
        "OperationsConfig": moderation_config(),
        "Input": {"S3Object": {"Bucket": IN, "Name": "m"}},
        "OutputConfig": {"S3Bucket": IN},
    }
    for _ in range(quota):
        rekognition.start_media_analysis_job(**arguments)
    client = server.client("rekognition", region, retries={"total_max_attempts": 1})
    with pytest.raises(client.exceptions.LimitExceededException):
        client.start_media_analysis_job(**arguments)
    assert server.usage()["most_active_jobs"] == quota


def test_a_finished_job_does_not_count_even_without_a_poll(scene, clock):
    scene.emulator.configure(max_active_jobs=1, by_hand=False, created_s=0, queued_s=0, in_progress_s=100)
    scene.start()
    with pytest.raises(scene.rekognition.exceptions.LimitExceededException):
        scene.start()
    clock.forward(101)
    assert scene.start()
    assert scene.emulator.usage()["most_active_jobs"] == 1


def test_queued_jobs_can_be_excluded_from_the_quota(scene):
    scene.emulator.configure(max_active_jobs=1, queued_jobs_count=False)
    first, _ = scene.start(), scene.start()
    scene.emulator.advance(first)
    scene.emulator.advance(first)
    assert scene.get(first)["Status"] == "IN_PROGRESS"
    with pytest.raises(scene.rekognition.exceptions.LimitExceededException):
        scene.start()


def test_most_active_jobs_is_the_maximum(scene):
    for count in (1, 3, 2):
        for _ in range(count):
            scene.start()
        scene.emulator.advance(to_end=True)
    assert scene.emulator.usage()["most_active_jobs"] == 3
