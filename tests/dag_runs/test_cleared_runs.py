"""Runs that are cleared, and tries that overlap: a manifest that was handed on stays what it was."""

import json

import pytest
from dag_runs.test_three_nights import LEDGER, one_night
from image_files import image_bytes
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.airflow_compat import AirflowFailException
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


def manifests(*, clears=0, **changes):
    arguments = {"source": "s3://photos/uploads/", "manifest_prefix": "s3://photos/m/", "ledger": LEDGER}
    operator = RekognitionCreateManifestOperator(task_id="manifest", **arguments | changes)
    return run_task(operator, FakeTaskInstance(task_id="manifest", max_tries=clears))


def start(manifest, *, clears=0):
    operator = RekognitionStartMediaAnalysisJobOperator(
        task_id="start", manifest=manifest, output="s3://photos/out/", poll_interval=0.05
    )
    return run_task(operator, FakeTaskInstance(task_id="start", map_index=0, max_tries=clears))


def commit(job):
    operator = RekognitionMediaAnalysisResultsOperator(task_id="results", job=job, ledger=LEDGER)
    run_task(operator, FakeTaskInstance(task_id="results"))


def test_bytes_overwritten_before_a_clear_are_analyzed_again(aws, photos):
    photos.put("1.jpg", body=image_bytes(90))
    (first,) = manifests()
    job = start(first)
    photos.put("1.jpg", body=image_bytes(100))

    (second,) = manifests(clears=1)
    with pytest.raises(AirflowFailException, match="existing_job"):
        start(second, clears=1)

    commit(job)
    assert one_night(2)["images"] == 1, "the new bytes are still to be analyzed"


def test_reading_results_again_without_their_manifest_keeps_the_ledger(aws, photos):
    photos.put("1.jpg")
    (first,) = manifests()
    job = start(first)
    commit(job)
    commit(job["results_uri"])
    for stored in photos.client.list_objects_v2(Bucket="photos", Prefix="m/")["Contents"]:
        photos.client.delete_object(Bucket="photos", Key=stored["Key"])
    commit(job)

    assert one_night(2)["images"] == 0


def test_clears_do_not_count_as_attempts(aws, photos):
    photos.put("1.jpg")
    photos.put("2.jpg")  # the service reads it, so the job is not an outage
    (first,) = manifests()
    photos.client.delete_object(Bucket="photos", Key="uploads/1.jpg")
    job = start(first)
    photos.put("1.jpg")
    for clears in (1, 2):
        commit(job)
        (cleared,) = manifests(clears=clears)
        with pytest.raises(AirflowFailException, match="existing_job"):
            start(cleared, clears=clears)

    assert one_night(2)["images"] == 1


def test_a_zombie_try_does_not_change_the_manifests_of_its_retry(aws, photos, monkeypatch):
    for number in range(4):
        photos.put(f"{number}.jpg")
    retried_manifests = []
    put = S3Objects.put_if_absent

    def put_late(objects, *rest):
        monkeypatch.setattr(S3Objects, "put_if_absent", put)
        for number in (4, 5):
            photos.put(f"{number}.jpg")
        retried_manifests.extend(manifests(max_images=2))
        return put(objects, *rest)

    monkeypatch.setattr(S3Objects, "put_if_absent", put_late)
    assert manifests(max_images=2) == retried_manifests

    bodies = [
        photos.client.get_object(Bucket="photos", Key=uri.removeprefix("s3://photos/"))["Body"].read()
        for uri in retried_manifests
    ]
    images = [json.loads(line)["source-ref"][-5:] for body in bodies for line in body.splitlines()]
    assert images == [f"{number}.jpg" for number in range(6)]
