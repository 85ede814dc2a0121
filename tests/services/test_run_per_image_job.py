import json

import pytest
from connections import SECRET
from emulated import Photos
from hooks.test_rekognition import TASK, request

from airflow_provider_rekmedia.adapters.results.result_files import iter_outcomes
from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    AdapterExpired,
    InvalidArgument,
    NotFound,
    RequestChanged,
    Unavailable,
)
from airflow_provider_rekmedia.core.jobs.job import Engine, JobStatus
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob
from airflow_provider_rekmedia.core.per_image.settings import OnExpiredAdapter
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.services.jobs.fetch_jobs import iter_jobs
from airflow_provider_rekmedia.services.per_image.options import PerImageOptions
from airflow_provider_rekmedia.services.run_per_image_job import run_per_image_job

ADAPTER = "arn:aws:rekognition:us-east-1:123456789012:project/mod/version/v1/1690405900285"


@pytest.fixture
def album(connect, emulator):
    """A manifest of five images, a file that is not an image, and a line without an image."""
    photos = Photos(emulator.client("s3"))
    uris = [photos.put(f"{number}.jpg", labels="Pills=88.5" if number == 2 else "") for number in range(5)]
    uris.append(photos.put("broken.jpg", body=b"GIF89a"))
    photos.client.put_object(
        Bucket="photos",
        Key="manifest.jsonl",
        Body="".join(json.dumps({"source-ref": uri}) + "\n" for uri in uris).encode() + b'{"no": "image"}\n',
    )
    return photos


def moderate(*, clears=0, task=TASK, existing_job=ExistingJob.REATTACH, hook=None, **options):
    changes = {
        name: options.pop(name)
        for name in ("project_version", "kms_key_id", "min_confidence")
        if name in options
    }
    return run_per_image_job(
        request(**changes),
        task,
        clears=clears,
        existing_job=existing_job,
        options=PerImageOptions(max_concurrency=4, **options),
        clients=hook or RekognitionHook(),
    )


def calls(emulator):
    return emulator.usage()["calls"].get("DetectModerationLabels", 0)


def test_a_job_has_the_files_and_the_outcomes_of_a_bulk_job(album, emulator):
    hook = RekognitionHook()
    job = moderate(hook=hook)
    outcomes = list(iter_outcomes(job, hook.objects))

    assert (job.engine, job.status) == (Engine.PER_IMAGE, JobStatus.SUCCEEDED)
    assert job.results_uri == f"s3://analysis/nightly/{job.job_id}-results.jsonl"
    assert job.model_version == "7.0"
    results = [result for part in outcomes for result in part.results]
    assert [result.source_ref for result in results] == [f"s3://photos/uploads/{n}.jpg" for n in range(5)]
    assert {label.name for label in results[2].detection.moderation_labels} >= {"Pills"}
    failures = {(failure.uri, failure.code) for part in outcomes for failure in part.failures}
    assert failures == {
        ("s3://photos/uploads/broken.jpg", "InvalidImageFormatException"),
        (None, "InvalidManifestException"),
    }
    assert emulator.usage()["images_billed"] == 5


def test_a_finished_job_is_returned_without_new_costs(album, emulator):
    first = moderate()
    assert moderate(clears=1) == first
    assert calls(emulator) == 6


def test_a_restart_after_a_clear_starts_another_job(album, emulator):
    first = moderate()
    second = moderate(clears=1, existing_job=ExistingJob.RESTART)
    assert second.job_id != first.job_id
    assert emulator.usage()["images_billed"] == 10


def test_another_request_of_the_same_task_is_refused(album):
    moderate()
    with pytest.raises(RequestChanged):
        moderate(min_confidence=80.0)


def replaced_when_read(hook, monkeypatch, emulator, body):
    """Replace the manifest after its check and before it is read."""
    iter_lines = hook.objects.iter_lines

    def replacing(*args):
        emulator.client("s3").put_object(Bucket="photos", Key="manifest.jsonl", Body=body)
        return iter_lines(*args)

    monkeypatch.setattr(hook.objects, "iter_lines", replacing)
    return hook


def lines_of(*keys):
    return "".join(json.dumps({"source-ref": f"s3://photos/uploads/{key}"}) + "\n" for key in keys).encode()


def test_results_of_old_lines_are_never_used_for_new_lines(album, emulator, monkeypatch):
    emulator.inject(
        kind="error", code="AccessDeniedException", operation="DetectModerationLabels", after=3, times=100
    )
    with pytest.raises(AccessDenied):
        moderate()
    emulator.clear_faults()
    turned = lines_of("4.jpg", "3.jpg", "2.jpg", "1.jpg", "0.jpg")

    with pytest.raises(RequestChanged, match="the manifest's content"):
        moderate(hook=replaced_when_read(RekognitionHook(), monkeypatch, emulator, turned))


def test_a_rewritten_manifest_with_the_same_lines_is_the_same_request(album, emulator):
    s3 = emulator.client("s3")
    first = moderate()
    body = s3.get_object(Bucket="photos", Key="manifest.jsonl")["Body"].read()
    s3.put_object(Bucket="photos", Key="manifest.jsonl", Body=body, ServerSideEncryption="aws:kms")
    s3.put_object(Bucket="photos", Key="manifest.jsonl", Body=body + b"\n")

    assert moderate() == first


def test_a_job_id_without_files_is_refused(album):
    job = moderate()
    hook = RekognitionHook()

    with pytest.raises(InvalidArgument, match=r"not know.*analyze\.output.*s3:// uri of its results"):
        list(iter_jobs([job.job_id], hook.jobs))
    assert [found.results_uri for found in iter_jobs(job.results_uri, hook.jobs)] == [job.results_uri]


def test_the_record_has_the_engine(album):
    hook = RekognitionHook()
    moderate(hook=hook)
    (record,) = (
        stored.uri
        for stored in hook.objects.iter_objects(S3Uri("analysis", "nightly/_rekmedia/"))
        if stored.uri.key.endswith("record.json")
    )

    assert json.loads(hook.objects.read(record))["request"]["Engine"] == "per_image"


def test_throttling_and_faults_are_retried(album, emulator):
    emulator.inject(
        kind=["throttle", "http_500", "connection_reset"],
        operation="DetectModerationLabels",
        times=6,
    )
    hook = RekognitionHook()
    job = moderate(hook=hook)
    assert sum(len(part.results) for part in iter_outcomes(job, hook.objects)) == 5


def test_results_before_a_fatal_error_are_kept(album, emulator):
    emulator.inject(
        kind="error",
        code="AccessDeniedException",
        operation="DetectModerationLabels",
        after=3,
        times=100,
    )
    with pytest.raises(AccessDenied):
        moderate()
    before = emulator.usage()["images_billed"]
    emulator.clear_faults()
    moderate()
    assert before >= 3
    assert emulator.usage()["images_billed"] == 5


def test_an_unknown_adapter_stops_at_once_and_may_be_corrected(album, emulator):
    emulator.configure(adapters=())
    with pytest.raises(NotFound):
        moderate(project_version=ADAPTER)
    assert moderate().status is JobStatus.SUCCEEDED


def test_an_outage_fails_the_try_and_not_the_images(album, emulator):
    emulator.inject(kind="http_500", operation="DetectModerationLabels", times=None)
    with pytest.raises(Unavailable):
        moderate()
    emulator.clear_faults()
    assert moderate().status is JobStatus.SUCCEEDED


def expired(hook, monkeypatch):
    """Answer as the base model does: without naming the adapter."""
    make = hook.unretried_client

    def client(connections):
        made = make(connections)
        made.meta.events.register(
            "after-call.rekognition.DetectModerationLabels",
            lambda parsed, **_: parsed.pop("ProjectVersion", None),
        )
        return made

    monkeypatch.setattr(hook, "unretried_client", client)
    return hook


def test_an_expired_adapter_is_one_warning(album, monkeypatch, caplog):
    moderate(hook=expired(RekognitionHook(), monkeypatch), project_version=ADAPTER)
    assert caplog.text.count("has expired") == 1


def test_an_expired_adapter_fails_the_task_if_configured(album, monkeypatch):
    with pytest.raises(AdapterExpired):
        moderate(
            hook=expired(RekognitionHook(), monkeypatch),
            project_version=ADAPTER,
            on_expired_adapter=OnExpiredAdapter.FAIL,
        )


def test_every_written_object_is_encrypted_with_the_key(album, emulator):
    moderate(hook=RekognitionHook(kms_key_id="alias/moderation"))
    s3 = emulator.client("s3")
    written = [stored["Key"] for stored in s3.list_objects_v2(Bucket="analysis")["Contents"]]
    assert len(written) >= 5
    for key in written:
        assert s3.head_object(Bucket="analysis", Key=key)["SSEKMSKeyId"] == "alias/moderation", key


def test_a_manifest_of_more_than_ten_thousand_lines_is_refused_before_any_call(album, emulator):
    line = b'{"source-ref": "s3://photos/uploads/0.jpg"}\n'
    emulator.client("s3").put_object(Bucket="photos", Key="manifest.jsonl", Body=line * 10_001)
    with pytest.raises(InvalidArgument, match="10,000"):
        moderate()
    assert calls(emulator) == 0


@pytest.mark.parametrize("wrong", [{"max_tps": tps} for tps in (0, 1e-300, float("nan"), -1.0)])
def test_an_impossible_rate_is_refused(album, emulator, wrong):
    with pytest.raises(InvalidArgument):
        moderate(**wrong)
    assert calls(emulator) == 0


def test_progress_is_logged_without_secrets(album, caplog):
    caplog.set_level("DEBUG")
    progress = []
    moderate(on_progress=progress.append)
    assert (progress[-1].done, progress[-1].failed, progress[-1].total) == (7, 2, 7)
    assert SECRET not in caplog.text


def test_a_kill_at_any_write_loses_no_image_and_pays_few_twice(album, emulator, monkeypatch):
    """Kill a worker at each write to S3; the next try continues."""

    class Killed(BaseException):
        pass

    for seed in range(4):
        task, left, before = (
            TASK.__class__("nightly", f"run-{seed}", "start", -1),
            seed + 1,
            emulator.usage()["images_billed"],
        )
        for number in range(8):
            hook = RekognitionHook()
            put, writes = hook.objects.put, [left if number == 0 else 2 + (seed * 3 + number) % 7]

            def dying(*args, put=put, writes=writes, **more):
                writes[0] -= 1
                if writes[0] < 0:
                    raise Killed
                return put(*args, **more)

            monkeypatch.setattr(hook.objects, "put", dying)
            try:
                job = moderate(hook=hook, task=task)
                break
            except Killed:
                continue
        outcomes = list(iter_outcomes(job, RekognitionHook().objects))
        assert sum(len(part.results) for part in outcomes) == 5
        assert sum(len(part.failures) for part in outcomes) == 2
        assert emulator.usage()["images_billed"] - before <= 5 + (number + 1) * 8
