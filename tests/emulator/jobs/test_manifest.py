"""The input manifest: limits, versions and invalid lines."""

import pytest
from emulator.scene import IN, OUT

#: AWS: "up to 10k images per batch". https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MAX_LINES = 10_000

LINE = b'{"source-ref": "s3://images-in/cat.jpg"}'

INVALID_LINES = {
    "not JSON": b"rubbish",
    "a list": b"[]",
    "a number": b"7",
    "no source-ref": b'{"source": "s3://images-in/cat.jpg"}',
    "a source-ref that is a number": b'{"source-ref": 7}',
    "a web address": b'{"source-ref": "https://images-in/cat.jpg"}',
    "a bucket without a key": b'{"source-ref": "s3://images-in/"}',
    "not UTF-8": b'{"source-ref": "s3://images-in/\xff.jpg"}',
    "a byte order mark": b"\xef\xbb\xbf" + LINE,
}


def finish_with(scene, body):
    scene.put_manifest(body=body)
    job = scene.finish()
    return scene.results(job), scene.summary(job)


@pytest.mark.parametrize("line", INVALID_LINES.values(), ids=INVALID_LINES)
def test_an_invalid_line_is_an_error_with_its_number(scene, line):
    results, summary = finish_with(scene, b"\n".join([LINE, line, LINE]))
    assert len(results) == 2
    assert [error["line-numer"] for error in summary["errors"]] == [2]


def test_an_error_has_the_source_of_its_line(scene):
    _, summary = finish_with(scene, INVALID_LINES["a web address"] + b"\n" + INVALID_LINES["not JSON"])
    assert [error.get("source-ref") for error in summary["errors"]] == ["https://images-in/cat.jpg", None]


@pytest.mark.parametrize("body", [LINE, LINE + b"\n", LINE + b"\r\n", LINE + b"\n\n"])
def test_the_last_line_may_end_in_any_way(scene, body):
    results, summary = finish_with(scene, body)
    assert (len(results), summary["statistics"]["total-json-lines"]) == (1, 1)


def test_blank_lines_are_skipped_but_counted(scene):
    _, summary = finish_with(scene, LINE + b"\n\nrubbish")
    assert [error["line-numer"] for error in summary["errors"]] == [3]


def test_blank_lines_can_be_errors(scene):
    scene.emulator.configure(blank_lines="error")
    _, summary = finish_with(scene, LINE + b"\n\n" + LINE)
    assert [error["line-numer"] for error in summary["errors"]] == [2]


def test_duplicates_are_processed_and_billed_twice(scene):
    results, _ = finish_with(scene, b"\n".join([LINE] * 3))
    assert len(results) == 3
    assert scene.emulator.usage()["images_billed"] == 3


@pytest.mark.parametrize("key", ["a b.jpg", "möwe.jpg", "日本.jpg", "line\u2028break.jpg", 'quote".jpg'])
def test_any_key_is_returned_unchanged(scene, key):
    source = scene.put_image(key)
    results, _ = scene.moderate(source)
    assert [result["source-ref"] for result in results] == [source]


def test_results_are_not_escaped(scene):
    scene.put_manifest(scene.put_image("möwe\u2028.jpg"))
    assert "möwe\u2028.jpg".encode() in scene.read(scene.finish()["Results"])


def test_a_line_may_have_more_than_a_source_ref(scene):
    results, _ = finish_with(scene, b'{"source-ref": "s3://images-in/cat.jpg", "mine": 1}')
    assert set(results[0]) == {"source-ref", "detect-moderation-labels"}


@pytest.mark.parametrize("body", [b"", b"\n", b" \n \n"])
def test_an_empty_manifest_is_refused(scene, body):
    scene.put_manifest(body=body)
    with pytest.raises(scene.rekognition.exceptions.InvalidManifestException):
        scene.start()


def test_ten_thousand_lines_are_accepted(scene):
    results, summary = finish_with(scene, b"\n".join([LINE] * MAX_LINES))
    assert (len(results), summary["errors"]) == (MAX_LINES, [])


def test_one_more_line_is_refused(scene):
    scene.put_manifest(body=b"\n".join([LINE] * (MAX_LINES + 1)))
    with pytest.raises(scene.rekognition.exceptions.InvalidManifestException, match="10001 lines"):
        scene.start()


def test_a_manifest_of_too_many_bytes_is_refused(scene):
    scene.emulator.configure(max_manifest_bytes=len(LINE))
    scene.start()
    scene.put_manifest(body=LINE + b" ")
    with pytest.raises(scene.rekognition.exceptions.InvalidManifestException):
        scene.start()


def test_an_empty_manifest_can_fail_the_job_instead(scene):
    scene.emulator.configure(bad_manifest="fail_job")
    scene.put_manifest(body=b"")
    job = scene.finish()
    assert (job["Status"], job["FailureDetails"]["Code"]) == ("FAILED", "INVALID_MANIFEST")


@pytest.mark.parametrize(
    "source", [{"Bucket": "no-such-bucket", "Name": "m"}, {"Bucket": IN, "Name": "nowhere"}, {"Bucket": IN}]
)
def test_a_missing_manifest_is_refused(scene, source):
    with pytest.raises(scene.rekognition.exceptions.InvalidS3ObjectException):
        scene.start(Input={"S3Object": source})


def test_a_missing_manifest_can_fail_the_job_instead(scene):
    scene.emulator.configure(missing_manifest="fail_job")
    job = scene.finish(scene.start(Input={"S3Object": {"Bucket": IN, "Name": "nowhere"}}))
    assert (job["Status"], job["FailureDetails"]["Code"]) == ("FAILED", "INVALID_S3_OBJECT")


def test_a_manifest_deleted_after_the_start_fails_the_job(scene):
    job_id = scene.start()
    scene.s3.delete_object(Bucket=IN, Key="manifest.jsonl")
    assert scene.finish(job_id)["FailureDetails"]["Code"] == "INVALID_S3_OBJECT"


def test_a_failed_job_has_no_files_and_bills_nothing(scene):
    job_id = scene.start()
    scene.s3.delete_object(Bucket=IN, Key="manifest.jsonl")
    job = scene.finish(job_id)
    assert not {"Results", "ManifestSummary"} & set(job)
    assert "Contents" not in scene.s3.list_objects_v2(Bucket=OUT)
    assert scene.emulator.usage()["images_billed"] == 0


def test_the_requested_version_of_the_manifest_is_read(scene):
    scene.s3.put_bucket_versioning(Bucket=IN, VersioningConfiguration={"Status": "Enabled"})
    version = scene.put_manifest(body=b"\n".join([LINE] * 2))
    scene.put_manifest(body=LINE)
    source = {"Bucket": IN, "Name": "manifest.jsonl"}
    old = scene.finish(scene.start(Input={"S3Object": source | {"Version": version}}))
    new = scene.finish(scene.start(Input={"S3Object": source}))
    assert (len(scene.results(old)), len(scene.results(new))) == (2, 1)
    with pytest.raises(scene.rekognition.exceptions.InvalidS3ObjectException):
        scene.start(Input={"S3Object": source | {"Version": "another"}})
