"""Three nights over one bucket that changes: nothing is missed, and nothing is paid twice."""

import json

import pytest
from image_files import image_bytes
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator

LEDGER = "s3://photos/ledger/"


def one_night(number, *, meanwhile=lambda: None, **changes):
    """
    The three tasks of one night; mapped tasks one after the other.

    *meanwhile* is called when the manifests are written.
    """
    run = f"night-{number}"
    manifest_ti = FakeTaskInstance(task_id="manifest", run_id=run)
    arguments = {"source": "s3://photos/uploads/", "manifest_prefix": "s3://photos/m/", "ledger": LEDGER}
    manifests = run_task(
        RekognitionCreateManifestOperator(task_id="manifest", max_images=3, **arguments | changes),
        manifest_ti,
    )
    meanwhile()
    jobs = [
        run_task(
            RekognitionStartMediaAnalysisJobOperator(
                task_id="start", manifest=uri, output="s3://photos/out/", poll_interval=0.05
            ),
            FakeTaskInstance(task_id="start", run_id=run, map_index=index),
        )
        for index, uri in enumerate(manifests)
    ]
    results = RekognitionMediaAnalysisResultsOperator(
        task_id="results", job=jobs, ledger=LEDGER, max_failed="100%"
    )
    told = run_task(results, FakeTaskInstance(task_id="results", run_id=run))
    return manifest_ti.xcoms | told["counts"] | {"jobs": jobs}


def billed(aws):
    return aws.usage()["images_billed"]


def test_every_image_is_analyzed_once_per_content_and_none_is_missed(aws, photos):
    for name in ("1.jpg", "2.jpg", "3.jpg", "4.jpg"):
        photos.put(name, body=image_bytes(90))
    photos.put("broken.jpg", body=b"GIF89a")
    photos.put("empty.jpg", body=b"")
    first = one_night(1)
    assert (first["images"], first["analyzed"], first["failed"]) == (5, 4, 1)
    assert first["skipped"] == {"empty": 1}

    photos.put("0-back-dated.jpg")  # its key comes before all others: no clock or cursor would find it
    photos.put("2.jpg", body=image_bytes(100))  # overwritten
    photos.put("3.jpg", body=image_bytes(90))  # written again with the same bytes
    second = one_night(2)
    assert (second["images"], second["analyzed"]) == (2, 2)
    assert second["skipped"] == {"empty": 1, "already_analyzed": 3, "failed_for_good": 1}

    photos.put("broken.jpg", body=image_bytes(110))  # mended
    photos.put("empty.jpg")  # arrived at last
    third = one_night(3)
    assert (third["images"], third["analyzed"], third["failed"]) == (2, 2, 0)

    quiet = one_night(4)
    assert quiet["images"] == 0
    # Six keys, seven contents that can be analyzed, and the one that was empty: eight, each billed once.
    assert billed(aws) == 4 + 2 + 2


def test_a_retryable_image_is_listed_again_up_to_max_attempts(aws, photos):
    photos.put("denied.jpg")
    aws.deny("s3:GetObject", "photos/uploads/denied.jpg")

    def night(number):
        photos.put(f"{number}.jpg")  # the service reads it, so the cause of the failure is the other image
        return one_night(number, max_attempts=2)

    assert [night(number)["images"] for number in (1, 2, 3)] == [2, 2, 1]
    assert billed(aws) == 3


def test_an_image_that_fails_alone_loses_no_attempt(aws, photos):
    def night(number):
        photos.put("fleeting.jpg")
        return one_night(
            number,
            max_attempts=2,
            meanwhile=lambda: photos.client.delete_object(Bucket="photos", Key="uploads/fleeting.jpg"),
        )

    assert [night(number)["images"] for number in (1, 2, 3)] == [1, 1, 1]
    assert billed(aws) == 0


@pytest.mark.parametrize("name", ["1.jpg", "gone.jpg"])
def test_an_image_that_did_not_stand_still_is_analyzed_again(aws, photos, name):
    photos.put("1.jpg")
    photos.put(name)
    gone = {"Bucket": "photos", "Key": f"uploads/{name}"}

    first = one_night(1, meanwhile=lambda: photos.client.delete_object(**gone))
    photos.put(name)

    assert first["failed"] == 1
    assert one_night(2, max_attempts=1)["images"] == 1


def test_a_listed_image_is_analyzed_again_if_overwritten_and_skipped_if_missing(aws, photos):
    uris = [photos.put("1.jpg"), photos.put("2.jpg")]
    assert one_night(1, source=uris)["images"] == 2
    photos.put("1.jpg", body=image_bytes(100))
    photos.client.delete_object(Bucket="photos", Key="uploads/2.jpg")
    second = one_night(2, source=uris)
    assert (second["images"], second["skipped"]) == (1, {"missing": 1})


def test_an_image_of_a_list_with_wrong_etags_is_paid_once(aws, photos):
    rows = [{"uri": photos.put("1.jpg"), "size": 1, "etag": "wrong", "last_modified": "2020-01-01"}]
    body = "\n".join(map(json.dumps, rows)).encode()
    photos.client.put_object(Bucket="photos", Key="list.jsonl", Body=body)

    assert [one_night(number, source="s3://photos/list.jsonl")["images"] for number in (1, 2)] == [1, 0]
    assert billed(aws) == 1


def test_a_new_scan_analyzes_every_image_again(aws, photos):
    photos.put("1.jpg")
    one_night(1)
    assert one_night(2, scan="stricter policy")["images"] == 1
    assert one_night(3, scan="stricter policy")["images"] == 0
    assert billed(aws) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [("", "None"), (None, ""), (20261124, "20261124")],
)
def test_a_rendered_scan_equals_its_native_value(aws, photos, first, second):
    photos.put("1.jpg")
    assert one_night(1, scan=first)["images"] == 1
    assert one_night(2, scan=second)["images"] == 0
    assert billed(aws) == 1


@pytest.mark.parametrize("reads_results", [True, False])
def test_an_image_enters_the_ledger_when_its_result_is_read(aws, photos, reads_results):
    photos.put("1.jpg")
    if reads_results:
        one_night(1)
    else:
        arguments = {"source": "s3://photos/uploads/", "manifest_prefix": "s3://photos/m/", "ledger": LEDGER}
        run_task(RekognitionCreateManifestOperator(task_id="manifest", **arguments))
    assert one_night(2)["images"] == (0 if reads_results else 1)


def test_failures_of_a_job_can_be_analyzed_again(aws, photos):
    late = photos.put("late.jpg")
    photos.client.delete_object(Bucket="photos", Key="uploads/late.jpg")
    manifest = photos.put_manifest(late, photos.put("1.jpg"), photos.put("broken.jpg", body=b"GIF89a"))
    start = RekognitionStartMediaAnalysisJobOperator(
        task_id="start", manifest=manifest, output="s3://photos/out/", poll_interval=0.05
    )
    job = run_task(start, FakeTaskInstance(task_id="start"))
    photos.put("late.jpg")

    again = one_night(1, source=None, failures_of=job)

    assert (again["images"], again["analyzed"]) == (1, 1)
    assert billed(aws) == 2


def test_retried_failures_are_in_the_ledger_of_the_next_night(aws, photos):
    photos.put("1.jpg")
    photos.put("late.jpg")
    gone = {"Bucket": "photos", "Key": "uploads/late.jpg"}
    first = one_night(1, meanwhile=lambda: photos.client.delete_object(**gone))
    photos.put("late.jpg")
    # That manifest needs no ledger; its results are committed to one.
    again = one_night(2, source=None, ledger=None, failures_of=first["jobs"])
    assert (again["images"], again["analyzed"]) == (1, 1)

    assert one_night(3)["images"] == 0
    assert billed(aws) == 2
