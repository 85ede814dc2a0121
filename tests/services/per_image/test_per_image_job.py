"""The files and outcomes of the per-image engine equal those of the emulator's bulk job."""

import json

import pytest
from aws_stage import OUTPUT
from services.per_image.per_image_stage import bulk_job, calls, moderate, outcomes_of

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import AdapterExpired, JobStopped, MalformedAnswer, NotFound
from airflow_provider_rekmedia.core.jobs.job import Engine, JobStatus
from airflow_provider_rekmedia.core.per_image.settings import OnExpiredAdapter
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

ADAPTER = "arn:aws:rekognition:us-east-1:123456789012:project/mod/version/v1/1690405900285"


@pytest.fixture
def album(stage):
    """A manifest of three images, one of them flagged, a file that is not an image, and a missing file."""
    stage.put_manifest(
        stage.put_image("0.jpg"),
        stage.put_image("1.jpg", labels="Pills=88.5; Gambling=61"),
        stage.put_image("broken.jpg", body=b"GIF89a"),
        "s3://photos/gone.jpg",
        stage.put_image("a b\u2028+%2B.jpg"),
    )
    return stage


def read(stage, uri):
    return stage.objects.read(parse_s3_uri(uri))


def test_the_results_equal_those_of_a_bulk_job(album):
    ours, bulk = moderate(album), bulk_job(album)

    lines = [json.loads(line) for line in read(album, ours.results_uri).splitlines()]
    assert lines == [json.loads(line) for line in read(album, bulk.results_uri).splitlines()]
    assert len(lines) == 3
    assert len(lines[1]["detect-moderation-labels"]["ModerationLabels"]) > 2
    assert ours.model_version == bulk.model_version


def test_the_summary_equals_that_of_a_bulk_job(album):
    ours = json.loads(read(album, moderate(album).summary_uri))
    bulk = json.loads(read(album, bulk_job(album).summary_uri))

    assert ours["statistics"] == bulk["statistics"]
    assert [error["line-numer"] for error in ours["errors"]] == [
        error["line-numer"] for error in bulk["errors"]
    ]
    assert [error["code"] for error in ours["errors"]] == [
        "InvalidImageFormatException",
        "InvalidS3ObjectException",
    ]


@pytest.mark.parametrize("confidence", [None, 62.0])
def test_both_engines_give_the_same_outcomes(album, confidence):
    ours, bulk = (outcomes_of(album, make(album, min_confidence=confidence)) for make in (moderate, bulk_job))

    assert ours[0] == bulk[0]
    numbers = [[(failure.uri, failure.line_number) for failure in failures] for _, failures in (ours, bulk)]
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) == 2


def test_the_job_id_names_the_engine(album):
    job = moderate(album)

    assert (job.engine, job.status) == (Engine.PER_IMAGE, JobStatus.SUCCEEDED)
    assert job.job_id.startswith("per-image-")
    assert job.results_uri == str(OUTPUT.join(f"{job.job_id}-results.jsonl"))


def test_lines_without_an_image_are_failures_without_a_call(album):
    album.s3.put_object(
        Bucket="photos",
        Key="manifest.jsonl",
        Body=b'{"no": "image"}\n\n{"source-ref": "https://x/1.jpg"}\nnonsense\n{"source-ref": "s3://photos/0.jpg"}',
    )
    job = moderate(album)

    results, failures = outcomes_of(album, job)
    assert [failure.code for failure in failures] == ["InvalidManifestException"] * 3
    assert (len(results), calls(album)) == (1, 1)


def test_a_duplicated_line_has_two_results(album):
    album.put_manifest("s3://photos/0.jpg", "s3://photos/1.jpg", "s3://photos/0.jpg")

    lines = read(album, moderate(album).results_uri).splitlines()

    assert [json.loads(line)["source-ref"][-5:] for line in lines] == ["0.jpg", "1.jpg", "0.jpg"]


def without_the_adapters_name(stage):
    """Answer as the base model does for an adapter that has expired."""
    event = "after-call.rekognition.DetectModerationLabels"
    stage.rekognition.meta.events.register(
        event, lambda parsed, **_: parsed.pop("ProjectVersion", None), unique_id="expired"
    )
    return lambda: stage.rekognition.meta.events.unregister(event, unique_id="expired")


@pytest.fixture
def expired(album):
    undo = without_the_adapters_name(album)
    yield album
    undo()


def test_an_expired_adapter_is_logged_once(expired, caplog):
    moderate(expired, project_version=ADAPTER)

    assert caplog.text.count("The adapter " + ADAPTER) == 1


def test_an_expired_adapter_fails_the_job_if_configured_and_paid_results_are_kept(expired):
    with pytest.raises(AdapterExpired):
        moderate(expired, project_version=ADAPTER, on_expired_adapter=OnExpiredAdapter.FAIL)
    paid = calls(expired)
    assert paid < 5 + 1

    moderate(expired, project_version=ADAPTER, on_expired_adapter=OnExpiredAdapter.WARN)
    assert calls(expired) <= 5 + paid


def test_a_working_adapter_is_not_logged(album, caplog):
    job = moderate(album, project_version=ADAPTER)

    assert not caplog.records
    lines = read(album, job.results_uri).splitlines()
    assert {json.loads(line)["detect-moderation-labels"]["ProjectVersion"] for line in lines} == {ADAPTER}


def test_a_missing_adapter_stops_the_job_after_the_calls_in_flight(album):
    album.put_manifest(*(f"s3://photos/{number}.jpg" for number in range(500)))
    album.emulator.configure(adapters=())

    with pytest.raises(NotFound):
        moderate(album, project_version=ADAPTER)
    assert calls(album) <= 8


def test_a_response_without_labels_stops_the_job(album):
    event = "after-call.rekognition.DetectModerationLabels"
    album.rekognition.meta.events.register(event, lambda parsed, **_: parsed.clear(), unique_id="empty")
    try:
        with pytest.raises(MalformedAnswer):
            moderate(album)
    finally:
        album.rekognition.meta.events.unregister(event, unique_id="empty")

    assert len(outcomes_of(album, moderate(album))[0]) == 3


def test_the_last_progress_has_no_images_left(album):
    album.s3.put_object(
        Bucket="photos", Key="manifest.jsonl", Body=b'{"source-ref": "s3://photos/0.jpg"}\nnonsense\n{}'
    )
    progress = []
    moderate(album, on_progress=progress.append)

    assert (progress[-1].done, progress[-1].failed, progress[-1].left) == (3, 2, 0)


def test_a_stopped_job_keeps_its_results_and_a_retry_continues(album):
    album.put_manifest(*(album.put_image(f"{number}.jpg") for number in range(40)))
    stops = iter([False, True])
    with pytest.raises(JobStopped, match="of 40 images have their outcome") as stopped:
        moderate(album, max_tps=30, is_stopped=lambda: next(stops, True))
    paid = calls(album)

    assert 0 < paid < 40
    assert stopped.value.fields["done"] == paid
    results, _ = outcomes_of(album, moderate(album))
    assert (len(results), calls(album)) == (40, 40)


def test_results_of_a_failed_write_are_written_at_the_end_and_not_paid_again(album, monkeypatch):
    album.put_manifest(*(album.put_image(f"{number}.jpg") for number in range(40)))
    write, failed = S3Objects.put, []

    def fail_once(self, uri, body, content_type, **more):
        if "/parts/" in str(uri) and not failed:
            failed.append(uri)
            raise ConnectionError
        return write(self, uri, body, content_type, **more)

    monkeypatch.setattr(S3Objects, "put", fail_once)
    with pytest.raises(ConnectionError):
        moderate(album)
    monkeypatch.undo()
    results, _ = outcomes_of(album, moderate(album))

    assert len(failed) == 1
    assert (len(results), calls(album)) == (40, 40)
