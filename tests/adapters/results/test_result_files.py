import json
from dataclasses import replace

import pytest
from aws_stage import MANIFEST
from core.truth import GOLDEN
from services.per_image.per_image_stage import bulk_job, moderate

from airflow_provider_rekmedia.adapters.results.result_files import iter_outcomes, iter_stored_results
from airflow_provider_rekmedia.adapters.s3 import download
from airflow_provider_rekmedia.core.errors import FilesMissing, MalformedSummary, ObjectUnreadable
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, decode_job, encode_job
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL, verdict
from airflow_provider_rekmedia.core.verdicts.tally import Tally

CLEAN = (GOLDEN / "results.jsonl").read_bytes().rstrip()
SUMMARY = (GOLDEN / "summary.json").read_bytes()


def counted(stage, job):
    tally = Tally(10, 10_000)
    for outcomes in iter_outcomes(job, stage.objects):
        tally.add(outcomes, [verdict(result, ANY_LABEL) for result in outcomes.results])
    return tally


def five(tally):
    """The counts that must add up, without the verdicts."""
    return {
        name: getattr(tally.counts, name)
        for name in ("images", "analyzed", "flagged", "failed", "unaccounted")
    }


def written(stage, *, results, summary=SUMMARY, lines=3):
    """A job that SUCCEEDED, with these files."""
    names = ["1", "2", "3", *["1"] * (lines - 3)]
    stage.put_manifest(*(f"s3://foo/bar/{name}.jpg" for name in names))
    stage.objects.put(S3Uri("analysis", "r.jsonl"), results, "application/jsonl")
    stage.objects.put(S3Uri("analysis", "s.json"), summary, "application/json")
    return Job(
        job_id="abc",
        engine=Engine.BULK,
        status=JobStatus.SUCCEEDED,
        manifest_uri=str(MANIFEST),
        results_uri="s3://analysis/r.jsonl",
        summary_uri="s3://analysis/s.json",
    )


def test_every_image_of_a_real_job_is_accounted_for(stage):
    stage.put_manifest(
        stage.put_image("pills.jpg", labels="Pills=88.5"),
        stage.put_image("broken.jpg", body=b"GIF89a"),
        "s3://photos/missing.jpg",
        "s3://photos/0.jpg",
    )
    job_id = stage.jobs.start(stage.request(), "token")
    stage.finish(job_id)
    tally = counted(stage, stage.jobs.fetch(job_id))
    assert five(tally) == {"images": 4, "analyzed": 2, "flagged": 3, "failed": 2, "unaccounted": 0}
    assert tally.flagged[0]["uri"] == "s3://photos/pills.jpg"
    assert sorted(tally.flagged[0]["labels"]) == ["Drugs & Tobacco", "Pills", "Products"]
    assert [(each["uri"], each["line_number"]) for each in tally.errors] == [
        ("s3://photos/broken.jpg", 2),
        ("s3://photos/missing.jpg", 3),
    ]


def test_awss_documented_files_are_counted(stage):
    tally = counted(stage, written(stage, results=CLEAN + b"\n"))
    assert five(tally) == {"images": 3, "analyzed": 1, "flagged": 2, "failed": 2, "unaccounted": 0}


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b"\n \r\n"])
def test_blank_lines_and_carriage_returns_are_ignored(stage, end):
    tally = counted(stage, written(stage, results=end.join([CLEAN, CLEAN, b""]), lines=4))
    assert five(tally) == {"images": 4, "analyzed": 2, "flagged": 2, "failed": 2, "unaccounted": 0}


def test_a_bad_line_is_one_failure_with_its_line_number(stage):
    tally = counted(stage, written(stage, results=b"\n".join([CLEAN, CLEAN[:50], CLEAN]), lines=5))
    assert five(tally) == {"images": 5, "analyzed": 2, "flagged": 3, "failed": 3, "unaccounted": 0}
    bad = tally.errors[0]
    assert (bad["uri"], bad["line_number"], bad["code"]) == ("s3://foo/bar/1.jpg", 2, "BAD_RESULT_LINE")


@pytest.mark.parametrize("lines", [[b"{bad}", b"good"], [b"good", b"{bad}"]])
def test_an_image_with_a_damaged_and_a_good_result_is_analyzed_once(stage, lines, monkeypatch):
    monkeypatch.setattr(download, "_BLOCK_BYTES", 1)  # each line is in a block of its own
    damaged = b'{"source-ref": "s3://foo/bar/1.jpg", "detect-moder'
    body = b"\n".join(damaged if line == b"{bad}" else CLEAN for line in lines)

    tally = counted(stage, written(stage, results=body))

    assert five(tally) == {"images": 3, "analyzed": 1, "flagged": 2, "failed": 2, "unaccounted": 0}


def test_a_bad_line_of_a_long_file_has_its_number_in_the_file(stage):
    many = 2 * (1 << 20) // len(CLEAN)  # blocks have about a megabyte
    tally = counted(stage, written(stage, results=b"\n".join([CLEAN] * many + [b"rubbish"]), lines=4))
    assert [each["line_number"] for each in tally.errors if each["code"] == "BAD_RESULT_LINE"] == [many + 1]
    (stored,) = [
        failure
        for part in iter_stored_results(S3Uri("analysis", "r.jsonl"), stage.objects)
        for failure in part.failures
    ]
    assert stored.line_number == many + 1


def test_the_image_of_an_unreadable_line_is_unaccounted(stage):
    tally = counted(stage, written(stage, results=b"\n".join([CLEAN, b"rubbish"]), lines=4))
    assert five(tally) == {"images": 4, "analyzed": 1, "flagged": 3, "failed": 2, "unaccounted": 1}
    assert ("s3://foo/bar/1.jpg", "UNACCOUNTED") in [(each["uri"], each["code"]) for each in tally.errors]


def test_an_image_without_result_and_error_is_unaccounted(stage):
    tally = counted(stage, written(stage, results=CLEAN, lines=7))
    assert tally.counts.unaccounted == 7 - 1 - 2


@pytest.mark.parametrize("has_uri", [True, False])
def test_if_the_manifest_is_gone_the_count_of_the_summary_is_used_with_a_warning(stage, caplog, has_uri):
    job = written(stage, results=CLEAN.replace(b"1.jpg", b"2.jpg"))  # the summary has an error of 2.jpg, too
    stage.objects.delete(MANIFEST)
    tally = counted(stage, job if has_uri else replace(job, manifest_uri=None))
    assert five(tally) == {"images": 3, "analyzed": 1, "flagged": 2, "failed": 1, "unaccounted": 1}
    assert "Job abc: its manifest cannot be read" in caplog.text
    assert "only the summary counts them" in caplog.text


def test_without_manifest_and_summary_the_number_of_lines_is_unknown(stage, caplog):
    job = written(stage, results=CLEAN, summary=b'{"errors": null, "statistics": null, "version": 1.0}')
    stage.objects.delete(MANIFEST)
    assert five(counted(stage, job))["unaccounted"] == 0
    assert "have no names, and nobody counts them" in caplog.text


def test_a_manifest_that_is_replaced_while_it_is_read_is_gone(stage, caplog, monkeypatch):
    job = written(stage, results=CLEAN)

    def replaced(uri, version):
        yield b'{"source-ref": "s3://foo/bar/other.jpg"}'
        code, told = "PreconditionFailed", "it was replaced"
        raise ObjectUnreadable(operation="GetObject", code=code, message=told, request_id="r")

    monkeypatch.setattr(stage.objects, "iter_lines", replaced)
    assert five(counted(stage, job))["images"] == 3
    assert "PreconditionFailed" in caplog.text


def test_a_manifest_of_another_length_than_the_summary_is_a_warning(stage, caplog):
    tally = counted(stage, written(stage, results=CLEAN, lines=4))
    assert tally.counts.images == 4
    assert "its summary counts 3 lines; its manifest" in caplog.text
    assert "Was s3://photos/manifest.jsonl replaced meanwhile?" in caplog.text
    caplog.clear()
    counted(stage, written(stage, results=CLEAN))
    assert not caplog.messages


def test_that_warning_is_one_line_for_any_key(stage, caplog):
    job = written(stage, results=CLEAN, lines=4)
    key = "night\u2028INFO - Images: 0 block\u202e.jsonl"
    stage.objects.put(S3Uri("photos", key), stage.objects.read(MANIFEST), "application/jsonl")
    counted(stage, replace(job, manifest_uri=f"s3://photos/{key}"))
    (told,) = caplog.messages
    assert told.isprintable()
    assert r"s3://photos/night\u2028INFO" in told


def test_blank_lines_of_the_manifest_are_not_images(stage, caplog):
    job = written(stage, results=CLEAN)
    lines = stage.objects.read(MANIFEST).split(b"\n")
    stage.objects.put(MANIFEST, b"\n \r\n".join(lines), "application/jsonl")
    assert five(counted(stage, job)) == {
        "images": 3,
        "analyzed": 1,
        "flagged": 2,
        "failed": 2,
        "unaccounted": 0,
    }
    assert not caplog.messages


@pytest.mark.parametrize(("blank_lines", "images"), [("skip", 3), ("error", 4)])
def test_an_error_of_a_blank_line_does_not_hide_another_error(stage, blank_lines, images):
    stage.emulator.configure(blank_lines=blank_lines)
    stage.put_manifest(
        stage.put_image("cat.jpg"), stage.put_image("broken.jpg", body=b"GIF89a"), "s3://photos/no.jpg"
    )
    body = stage.objects.read(MANIFEST).replace(b"\n", b"\n\n", 1)
    stage.objects.put(MANIFEST, body, "application/jsonl")
    job_id = stage.jobs.start(stage.request(), "token")
    stage.finish(job_id)
    tally = counted(stage, stage.jobs.fetch(job_id))
    assert five(tally) == {
        "images": images,
        "analyzed": 1,
        "flagged": images - 1,
        "failed": images - 1,
        "unaccounted": 0,
    }
    told = {(each["uri"], each["line_number"]) for each in tally.errors}
    named = {("s3://photos/broken.jpg", 3), ("s3://photos/no.jpg", 4)}
    assert told - named == ({(None, 2)} if blank_lines == "error" else set())
    assert named <= told


@pytest.fixture
def first_version(stage):
    """The version of a manifest of three images that was written over by one of another image."""
    stage.s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    stage.put_manifest(*(f"s3://photos/{number}.jpg" for number in range(3)))
    version = stage.s3.head_object(Bucket=MANIFEST.bucket, Key=MANIFEST.key)["VersionId"]
    stage.put_manifest("s3://photos/other.jpg")
    return version


@pytest.mark.parametrize("engine", [bulk_job, moderate])
def test_a_job_is_counted_against_its_version_of_the_manifest(stage, first_version, engine):
    job = decode_job(json.loads(json.dumps(encode_job(engine(stage, manifest_version=first_version)))))
    assert five(counted(stage, job)) == {
        "images": 3, "analyzed": 3, "flagged": 0, "failed": 0, "unaccounted": 0}  # fmt: skip


def test_if_the_version_is_gone_the_count_of_the_summary_is_used(stage, first_version):
    job = bulk_job(stage, manifest_version=first_version)
    stage.s3.delete_object(Bucket=MANIFEST.bucket, Key=MANIFEST.key, VersionId=first_version)
    assert counted(stage, job).counts.images == 3


@pytest.mark.parametrize("missing", ["results_uri", "summary_uri"])
def test_a_job_without_files_says_what_to_do(stage, missing):
    job = replace(written(stage, results=CLEAN), **{missing: None})
    with pytest.raises(FilesMissing, match="Wait for it first"):
        counted(stage, job)


def test_an_unreadable_summary_is_named(stage):
    with pytest.raises(MalformedSummary, match=r"s3://analysis/s\.json"):
        counted(stage, written(stage, results=CLEAN, summary=b"{"))


@pytest.mark.parametrize("gone", ["r.jsonl", "s.json"])
def test_a_missing_file_is_an_error(stage, gone):
    job = written(stage, results=CLEAN)
    stage.objects.delete(S3Uri("analysis", gone))
    with pytest.raises(ObjectUnreadable):
        counted(stage, job)


def test_each_duplicate_of_an_image_is_counted(stage):
    tally = counted(stage, written(stage, results=b"\n".join([CLEAN] * 3), lines=5))
    assert five(tally) == {"images": 5, "analyzed": 3, "flagged": 2, "failed": 2, "unaccounted": 0}


def test_a_duplicated_image_with_one_result_has_one_unaccounted_line(stage):
    tally = counted(stage, written(stage, results=CLEAN, lines=4))
    assert tally.counts.unaccounted == 1


def test_results_without_a_manifest_line_are_a_warning(stage, caplog):
    counted(stage, written(stage, results=b"\n".join([CLEAN] * 3)))
    assert "2 results are of images that its manifest does not have" in caplog.text


def test_each_bad_line_of_stored_results_is_a_failure_with_its_number(stage):
    written(stage, results=b"\n".join([CLEAN, CLEAN[:50], b"", b"rubbish", CLEAN]))
    tally = Tally(10, 10_000)
    for outcomes in iter_stored_results(S3Uri("analysis", "r.jsonl"), stage.objects):
        tally.add(outcomes, [verdict(result, ANY_LABEL) for result in outcomes.results])
    assert five(tally) == {"images": 4, "analyzed": 2, "flagged": 2, "failed": 2, "unaccounted": 0}
    assert [(each["uri"], each["line_number"], each["code"]) for each in tally.errors] == [
        ("s3://foo/bar/1.jpg", 2, "BAD_RESULT_LINE"),
        (None, 4, "BAD_RESULT_LINE"),
    ]
