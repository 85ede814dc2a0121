import json
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from operators.judging import moderate, read
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.airflow_compat import AirflowException, AirflowFailException, Asset
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


def test_every_image_is_counted_once(job):
    ti = FakeTaskInstance()

    told = read(job, ti)

    assert told["counts"] == {
        "images": 6,
        "analyzed": 3,
        "flagged": 5,
        "allow": 1,
        "review": 5,
        "block": 0,
        "failed": 3,
        "unaccounted": 0,
    }
    assert told["job_ids"] == [job["job_id"]]
    assert told["results_uris"] == [job["results_uri"]]
    assert told["model_versions"] == ["7.0"]
    assert set(ti.xcoms) == {"counts", "flagged", "errors", "label_counts", "summary"}
    assert ti.xcoms["summary"] == told
    assert len(ti.xcoms["errors"]) == 3


def test_counts_of_several_jobs_are_added(night, job):
    second = moderate(night.put_manifest("s3://photos/uploads/pills.jpg", name="second.jsonl"))
    ti = FakeTaskInstance()

    told = read([job, second["job_id"]], ti)

    assert told["counts"]["images"] == 7
    assert ti.xcoms["label_counts"]["Pills"] == 2
    assert told["results_uris"] == [job["results_uri"], second["results_uri"]]


def test_an_unfinished_job_is_fetched_again(night, aws):
    manifest = night.put_manifest("s3://photos/uploads/cat.jpg")
    early = moderate(manifest, wait_for_completion=False)
    aws.advance(to_end=True)

    assert read(early)["counts"]["analyzed"] == 1


def test_a_running_job_is_an_error(night, aws):
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


def test_lines_without_result_or_error_are_unaccounted(job, photos, task_log):
    bucket, key = job["results_uri"].removeprefix("s3://").split("/", 1)
    lines = photos.client.get_object(Bucket=bucket, Key=key)["Body"].read().split(b"\n")
    photos.client.put_object(Bucket=bucket, Key=key, Body=b"\n".join(lines[1:]))

    assert read(job)["counts"]["unaccounted"] == 1
    assert "1 images have neither a result nor an error in the job's files" in task_log.text


def test_a_damaged_line_loses_one_image_only(job, photos):
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


@pytest.mark.parametrize("value", [None, [], "{}", [{"job_id": 1}]])
def test_a_value_that_is_not_a_job_is_refused(aws, value):
    if value == []:
        assert read(value)["counts"]["images"] == 0
        return
    with pytest.raises(AirflowFailException, match="job"):
        read(value)


POLICY = {"name": "strict", "labels": {"Pills": {"block": 80}, "Swimwear or Underwear": "allow"}}


def test_a_policy_sets_the_verdict_and_names_its_rule(job):
    ti = FakeTaskInstance()

    told = read(job, ti, policy=POLICY)

    counts = told["counts"]
    assert (counts["allow"], counts["review"], counts["block"]) == (2, 3, 1)
    worst, *not_analyzed = ti.xcoms["flagged"]
    assert (worst["uri"], worst["verdict"], worst["rule"]) == (
        "s3://photos/uploads/pills.jpg",
        "block",
        "Pills",
    )
    assert told["policy"] == "strict"
    assert {image["rule"] for image in not_analyzed} == {"not_analyzed"}


def test_judging_stored_results_again_makes_no_paid_call(aws, job):
    before = aws.usage()["calls"]

    assert read(job["results_uri"], policy=POLICY)["counts"]["block"] == 1
    assert read(job["results_uri"], policy={"labels": {"Pills": "allow"}})["counts"]["block"] == 0

    assert aws.usage()["calls"] == before


def test_each_job_has_its_tables_once(job, photos):
    told = read(job, parquet="s3://photos/tables/")

    assert read(job, parquet="s3://photos/tables/")["table_uris"] == told["table_uris"]
    found = photos.client.list_objects_v2(Bucket="photos", Prefix="tables/")["Contents"]
    assert sorted(f"s3://photos/{each['Key']}" for each in found) == sorted(told["table_uris"])


def test_too_many_failed_images_fail_the_task_after_all_writes(job, photos):
    ti = FakeTaskInstance()

    with pytest.raises(AirflowFailException, match="unaccounted for: 3 of 6"):
        read(job, ti, max_failed="49%", parquet="s3://photos/tables/")

    assert photos.client.list_objects_v2(Bucket="photos", Prefix="tables/")["KeyCount"] == 2
    assert ti.xcoms["summary"]["counts"]["failed"] == 3
    assert read(job, max_failed=3)["counts"]["failed"] == 3


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("policy", {"labels": {"Pils": "block"}}),
        ("policy", "no-such.yaml"),
        ("parquet", "tables"),
        ("max_failed", "few"),
        ("max_xcom_bytes", 10),
    ],
)
def test_a_bad_argument_fails_the_task_before_anything_is_read(aws, job, argument, value, monkeypatch):
    before = aws.usage()["calls"]
    for reads in ("head", "find_image", "read", "iter_lines", "iter_blocks", "iter_objects", "spooled"):
        monkeypatch.setattr(S3Objects, reads, lambda *_: pytest.fail("S3 was asked"))

    with pytest.raises(AirflowFailException):
        read(job, **{argument: value})

    assert aws.usage()["calls"] == before


@pytest.mark.parametrize("max_failed", [None, 0])
def test_asset_events_have_the_summary_even_if_max_failed_fails_the_task(job, max_failed):
    event = SimpleNamespace(extra={})
    events = type("OutletEvents", (), {"__getitem__": lambda self, outlet: event})()
    operator = RekognitionMediaAnalysisResultsOperator(
        task_id="results", job=job, outlets=[Asset("x")], max_failed=max_failed
    )
    ti = FakeTaskInstance()

    with nullcontext() if max_failed is None else pytest.raises(AirflowFailException):
        operator.execute({"ti": ti, "outlet_events": events})

    assert event.extra == ti.xcoms["summary"]
    assert event.extra["counts"]["failed"] == 3


def test_openlineage_has_inputs_and_outputs_even_if_max_failed_fails_the_task(job):
    operator = RekognitionMediaAnalysisResultsOperator(
        task_id="results", job=job, parquet="s3://photos/tables/", max_failed=0
    )
    with pytest.raises(AirflowFailException):
        run_task(operator)

    # OpenLineage asks a failed task so, too, unless it has a method of its own for failures.
    lineage = operator.get_openlineage_facets_on_complete(None)

    told = {f"{each.namespace}/{each.name}" for each in lineage.inputs}
    assert told == {job["manifest_uri"], job["results_uri"], job["summary_uri"]}
    rows = {each.name: each.outputFacets["outputStatistics"].rowCount for each in lineage.outputs}
    assert rows == {"tables/images": 6, "tables/labels": 5}


def test_the_task_fails_if_no_image_was_analyzed(night):
    job = moderate(night.put_manifest("s3://photos/uploads/broken.jpg", "s3://photos/uploads/no-such.jpg"))
    ti = FakeTaskInstance()

    with pytest.raises(AirflowFailException, match="None of 2 images was analyzed"):
        read(job, ti)

    assert ti.xcoms["counts"]["failed"] == 2


def test_a_limit_of_all_images_accepts_that_no_image_was_analyzed(night, task_log):
    job = moderate(night.put_manifest("s3://photos/uploads/broken.jpg"))

    assert read(job, max_failed="100%")["counts"]["analyzed"] == 0
    assert "None of 1 images was analyzed" in task_log.text
