import json

import pytest
from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException
from tasks import FakeTaskInstance, run_task

from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


def moderate(manifest, **changes):
    return run_task(
        RekognitionStartMediaAnalysisJobOperator(
            task_id="start", manifest=manifest, output="s3://photos/out/", poll_interval=0.1, **changes
        ),
        FakeTaskInstance(task_id=manifest),
    )


def read(job, ti=None, **changes):
    return run_task(RekognitionMediaAnalysisResultsOperator(task_id="results", job=job, **changes), ti)


@pytest.fixture
def job(night):
    names = ("beach.jpg", "pills.jpg", "cat.jpg", "broken.jpg", "icon.jpg", "no-such.jpg")
    return moderate(night.put_manifest(*(f"s3://photos/uploads/{name}" for name in names)))


def test_every_image_is_counted_once(job):
    ti = FakeTaskInstance()

    told = read(job, ti)

    assert told["counts"] == {"images": 6, "analyzed": 3, "flagged": 2, "failed": 3, "unaccounted": 0}
    assert told["job_ids"] == [job["job_id"]]
    assert told["results_uris"] == [job["results_uri"]]
    assert told["model_versions"] == ["7.0"]
    assert set(ti.xcoms) == {"counts", "flagged", "errors", "label_counts"}
    assert len(ti.xcoms["errors"]) == 3


def test_lists_are_cut_and_say_how_much_was_left_out(job):
    ti = FakeTaskInstance()

    told = read(job, ti, max_xcom_items="1")

    assert [image["uri"] for image in ti.xcoms["flagged"]] == ["s3://photos/uploads/beach.jpg"]
    assert len(ti.xcoms["errors"]) == 1
    assert told["left_out"] == {"flagged": 1, "errors": 2}


def test_several_jobs_are_added_up(night, job):
    second = moderate(night.put_manifest("s3://photos/uploads/pills.jpg", name="second.jsonl"))
    ti = FakeTaskInstance()

    told = read([job, second["job_id"]], ti)

    assert told["counts"]["images"] == 7
    assert ti.xcoms["label_counts"]["Pills"] == 2
    assert told["results_uris"] == [job["results_uri"], second["results_uri"]]


def test_a_job_that_was_handed_on_early_is_looked_at_again(night, aws):
    manifest = night.put_manifest("s3://photos/uploads/cat.jpg")
    early = moderate(manifest, wait_for_completion=False)
    aws.advance(to_end=True)

    assert read(early)["counts"]["analyzed"] == 1


def test_a_job_that_is_not_over_has_no_results_yet(night, aws):
    aws.configure(by_hand=True)
    early = moderate(night.put_manifest("s3://photos/uploads/cat.jpg"), wait_for_completion=False)

    with pytest.raises(AirflowFailException, match="Wait for it first"):
        read(early)


def test_a_failed_job_is_an_error_with_its_reason(night, aws):
    aws.inject("fail_job", code="THROTTLED", message="too much")
    early = moderate(night.put_manifest("s3://photos/uploads/cat.jpg"), wait_for_completion=False)
    aws.advance(to_end=True)

    with pytest.raises(AirflowException, match="THROTTLED: too much"):
        read(early)


def test_lines_that_the_service_forgot_are_reported_as_unaccounted(job, photos):
    bucket, key = job["results_uri"].removeprefix("s3://").split("/", 1)
    lines = photos.client.get_object(Bucket=bucket, Key=key)["Body"].read().split(b"\n")
    photos.client.put_object(Bucket=bucket, Key=key, Body=b"\n".join(lines[1:]))

    assert read(job)["counts"]["unaccounted"] == 1


def test_one_bad_line_costs_one_line(job, photos):
    bucket, key = job["results_uri"].removeprefix("s3://").split("/", 1)
    lines = photos.client.get_object(Bucket=bucket, Key=key)["Body"].read().split(b"\n")
    photos.client.put_object(
        Bucket=bucket, Key=key, Body=b"\n".join([lines[0], b'{"source-ref": 1}', *lines[2:]])
    )
    ti = FakeTaskInstance()

    told = read(job, ti)

    assert told["counts"]["analyzed"] == 2
    # Nothing tells which image the damaged line was of: that image has no result that anybody can read.
    assert (told["counts"]["failed"], told["counts"]["unaccounted"]) == (3, 1)
    codes = [(error["code"], error["uri"]) for error in ti.xcoms["errors"]]
    assert ("BAD_RESULT_LINE", None) in codes
    assert [uri for code, uri in codes if code == "UNACCOUNTED"] == [json.loads(lines[1])["source-ref"]]


def test_xcoms_are_json_and_small(night, job):
    ti = FakeTaskInstance()

    told = read(job, ti)

    assert len(json.dumps(told)) < 2_000


@pytest.mark.parametrize("value", [None, [], "{}", [{"job_id": 1}]])
def test_what_is_no_job_is_refused(aws, value):
    if value == []:
        assert read(value)["counts"]["images"] == 0
        return
    with pytest.raises(AirflowFailException, match="job"):
        read(value)
