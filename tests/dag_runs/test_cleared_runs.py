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


def test_bytes_that_came_before_a_clear_are_not_taken_for_those_that_were_analyzed(aws, photos):
    photos.put("1.jpg", body=image_bytes(90))
    (first,) = manifests()
    job = start(first)
    photos.put("1.jpg", body=image_bytes(100))

    (second,) = manifests(clears=1)
    with pytest.raises(AirflowFailException, match="existing_job"):
        start(second, clears=1)

    commit(job)
    assert one_night(2)["images"] == 1, "the new bytes are still to be analyzed"


def test_results_that_are_read_again_without_their_manifest_take_nothing_away(aws, photos):
    photos.put("1.jpg")
    (first,) = manifests()
    job = start(first)
    commit(job)
    commit(job["results_uri"])
    for each in photos.client.list_objects_v2(Bucket="photos", Prefix="m/")["Contents"]:
        photos.client.delete_object(Bucket="photos", Key=each["Key"])
    commit(job)

    assert one_night(2)["images"] == 0


def test_clears_do_not_use_up_the_attempts_of_an_image_that_was_tried_once(aws, photos):
    photos.put("1.jpg")
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


def test_a_try_that_was_taken_for_dead_leaves_the_manifests_of_its_retry_as_they_are(
    aws, photos, monkeypatch
):
    for number in range(4):
        photos.put(f"{number}.jpg")
    handed_on = []
    put = S3Objects.put

    def put_late(objects, *rest):
        monkeypatch.setattr(S3Objects, "put", put)
        for number in (4, 5):
            photos.put(f"{number}.jpg")
        handed_on.extend(manifests(max_images=2))
        put(objects, *rest)

    monkeypatch.setattr(S3Objects, "put", put_late)
    manifests(max_images=2)

    bodies = [
        photos.client.get_object(Bucket="photos", Key=uri.removeprefix("s3://photos/"))["Body"].read()
        for uri in handed_on
    ]
    images = [json.loads(line)["source-ref"][-5:] for body in bodies for line in body.splitlines()]
    assert images == [f"{number}.jpg" for number in range(6)]
