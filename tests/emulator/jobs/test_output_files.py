"""The keys and the content of the output files."""

import pytest
from emulator.scene import IN, OUT, request


def output(prefix):
    return {"OutputConfig": {"S3Bucket": OUT, "S3KeyPrefix": prefix}}


def keys_of(job):
    return [job[name]["S3Object"]["Name"] for name in ("Results", "ManifestSummary")]


def test_the_keys_match_the_example_of_aws(scene):
    # The modelled example of GetMediaAnalysisJob has the prefix "output-location".
    scene.emulator.configure(unguessable_keys=False)
    job = scene.finish(scene.start(**output("output-location")))
    start = f"output-location/{job['JobId']}"
    assert keys_of(job) == [f"{start}-results.jsonl", f"{start}-manifest-summary.json"]


def test_the_keys_can_be_unguessable(scene):
    first, second = scene.finish(), scene.finish()
    assert first["JobId"] not in "".join(keys_of(first))
    assert all(key.startswith("nightly/") for key in keys_of(first))
    assert len({*keys_of(first), *keys_of(second)}) == 4


@pytest.mark.parametrize(
    ("join", "prefix", "start"),
    [
        ("one_slash", "", ""),
        ("one_slash", "a/", "a/"),
        ("one_slash", "a", "a/"),
        ("always_slash", "", "/"),
        ("always_slash", "a/", "a//"),
        ("always_slash", "a", "a/"),
    ],
)
def test_a_prefix_is_joined_as_configured(scene, join, prefix, start):
    scene.emulator.configure(unguessable_keys=False, prefix_join=join)
    job = scene.finish(scene.start(**output(prefix)))
    assert keys_of(job)[0] == f"{start}{job['JobId']}-results.jsonl"


def test_the_prefix_is_optional(scene):
    job = scene.finish(scene.start(OutputConfig={"S3Bucket": OUT}))
    assert len(scene.results(job)) == 1


def test_the_line_number_key_can_be_spelled_right(scene):
    scene.emulator.configure(line_number_key="line-number", first_line_number=0)
    _, summary = scene.moderate(f"s3://{IN}/nowhere.jpg")
    assert summary["errors"][0]["line-number"] == 0
    assert "line-numer" not in summary["errors"][0]


def test_results_can_be_shuffled(scene):
    sources = [scene.put_image(f"{number}.jpg") for number in range(9)]
    shuffled, _ = scene.moderate(*sources)
    scene.emulator.configure(shuffle_results=False)
    ordered, _ = scene.moderate(*sources)
    assert [result["source-ref"] for result in ordered] == sources
    assert [result["source-ref"] for result in shuffled] != sources
    assert sorted(result["source-ref"] for result in shuffled) == sources


def test_a_job_without_a_valid_image_succeeds_with_empty_results(scene):
    results, summary = scene.moderate(f"s3://{IN}/nowhere.jpg")
    assert (results, summary["statistics"]["valid-json-lines"]) == ([], 0)


def test_a_missing_output_bucket_fails_the_job(scene):
    job = scene.finish(scene.start(OutputConfig={"S3Bucket": "no-such-bucket"}))
    assert (job["Status"], job["FailureDetails"]["Code"]) == ("FAILED", "INVALID_OUTPUT_CONFIG")


def test_an_output_bucket_in_another_region_fails_the_job(scene):
    elsewhere = scene.emulator.client("s3", "eu-west-1")
    elsewhere.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    job = scene.finish(scene.start(OutputConfig={"S3Bucket": "elsewhere"}))
    assert job["FailureDetails"]["Code"] == "INVALID_OUTPUT_CONFIG"


def test_a_missing_output_bucket_can_be_refused_instead(scene):
    scene.emulator.configure(bad_output="refuse")
    with pytest.raises(scene.rekognition.exceptions.InvalidParameterException):
        scene.start(**request(OutputConfig={"S3Bucket": "no-such-bucket"}))
