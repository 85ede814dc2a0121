"""Common mistakes of a first day: each ends in one message that says what, where, and what to do."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sensors.test_outcomes import end_of
from task_runner import run_task

from airflow_provider_rekmedia.airflow_compat import DAG, AirflowException
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "common_mistakes.md"


def group(**changes):
    arguments = {"source": "s3://photos/uploads/", "output": "s3://photos/out/", "engine": "per_image"}
    with DAG("dag", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        return moderate_images(**arguments | changes)


def start(photos, **changes):
    arguments = {"manifest": photos.put_manifest(photos.put("cat.jpg")), "output": "s3://photos/out/"}
    pace = {"task_id": "start", "poll_interval": 0.1}
    return run_task(RekognitionStartMediaAnalysisJobOperator(**arguments | pace | changes))


def misspelt_label(**_):
    group(policy={"labels": {"Explict": {"block": 80}}})


def missing_policy(photos, **_):
    run_task(
        RekognitionMediaAnalysisResultsOperator(
            task_id="results", job="s3://photos/r.jsonl", policy="s3://photos/police.yaml"
        )
    )


def fraction(**_):
    group(per_image={"min_confidence": 0.8})


def fraction_in_policy(**_):
    group(policy={"labels": {"Explicit": {"block": 0.8}}})


def dict_instead_of_uri(photos, **_):
    start(photos, manifest={"uri": "s3://photos/manifest.jsonl"})


def missing_extra(photos, monkeypatch, **_):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    photos.put("cat.jpg")
    images = group(results={"parquet": "s3://photos/tables/"})
    run_task(
        RekognitionCreateManifestOperator(
            task_id="manifest",
            source="s3://photos/uploads/",
            manifest_prefix="s3://photos/manifests/",
            results_arguments=images.manifest.results_arguments,
        )
    )


def failed_job(photos, aws, **_):
    aws.inject("fail_job", code="ACCESS_DENIED", message="kept out")
    start(photos)


def short_timeout(photos, aws, **_):
    aws.configure(by_hand=True)
    start(photos, timeout=0.3)


def short_timeout_of_a_sensor(photos, aws, **_):
    aws.configure(by_hand=True)
    job = start(photos, wait_for_completion=False)
    raise end_of(RekognitionMediaAnalysisJobSensor(task_id="s", job=job, poke_interval=0.1, timeout=0.3))


def manifest_instead_of_results(photos, **_):
    manifest = photos.put_manifest(photos.put("cat.jpg"))
    run_task(RekognitionMediaAnalysisResultsOperator(task_id="results", job=manifest))


def missing_bucket(photos, **_):
    run_task(
        RekognitionCreateManifestOperator(
            task_id="manifest", source="s3://phot0s/uploads/", manifest_prefix="s3://photos/manifests/"
        )
    )


def create_manifest(**arguments):
    run_task(
        RekognitionCreateManifestOperator(
            task_id="manifest", manifest_prefix="s3://photos/manifests/", **arguments
        )
    )


def wrong_prefix(**_):
    create_manifest(source="s3://photos/upload/")


def wrong_type_only(photos, **_):
    photos.put("notes.txt", body=b"not an image")
    create_manifest(source="s3://photos/uploads/")


def glob_as_source(**_):
    group(source="s3://photos/uploads/*.jpg")


def window_without_length(**_):
    create_manifest(source="s3://photos/uploads/", modified_after="2026-11-01", modified_before="2026-11-01")


def wrong_region(photos, **_):
    start(photos, region_name="eu-west-1")


def missing_connection(photos, monkeypatch, **_):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/does/not/exist")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")  # else a worker's own role may be used
    start(photos, aws_conn_id="no_such", region_name="us-east-1")


#: The mistake, and what its message contains: what happened, where, and what to do.
MISTAKES = {
    misspelt_label: ["'Explict' is not known", "labels", "did you mean 'Explicit'?"],
    missing_policy: ["There is no policy", "s3://photos/police.yaml (argument policy)", "Check the path"],
    fraction: ["it is a fraction", "min_confidence=0.8", "write percent: 80"],
    fraction_in_policy: ["0.8 is a fraction", "Explicit: block", "write percent: 80"],
    dict_instead_of_uri: ["it is a dict, not text", "'s3://photos/manifest.jsonl'", "s3://bucket/key"],
    missing_extra: ["not installed", "parquet", "pip install 'airflow-provider-rekmedia[parquet]'"],
    failed_job: ["ended FAILED", "ACCESS_DENIED: kept out", "Allow s3:GetObject"],
    short_timeout: ["at the deadline", "Job ", "raise timeout"],
    short_timeout_of_a_sensor: ["not final after 0.3 s", "Job ", "raise timeout"],
    manifest_instead_of_results: ["it is a manifest", "s3://photos/manifest.jsonl", "Pass the output of"],
    wrong_prefix: ["it has no object at all", "s3://photos/upload/", "Check the source"],
    wrong_type_only: [
        "none of the objects found (1) is an image",
        "s3://photos/uploads/",
        "Check the source",
    ],
    glob_as_source: ["it is a glob", "s3://photos/uploads/*.jpg", "pattern="],
    window_without_length: ["no object can be in the window", "modified_after", "on_empty='skip'"],
    wrong_region: ["is in us-east-1, but the call goes to eu-west-1", "bucket photos", "set region_name"],
    missing_connection: ["Unable to locate credentials", "aws_conn_id='no_such'", "valid keys, a role or a"],
    missing_bucket: [
        "NoSuchBucket",
        "s3://phot0s/uploads/ (argument source)",
        "Check that the object exists",
    ],
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_ends_in_one_message_with_what_where_and_what_to_do(mistake, photos, aws, monkeypatch):
    with pytest.raises((AirflowException, RekmediaError)) as caught:
        mistake(photos=photos, aws=aws, monkeypatch=monkeypatch)

    message = str(caught.value)
    for part in MISTAKES[mistake]:
        assert part in message
    assert not re.search(r"[.?!:]\.|\.\.| {2}|\b1 (images|manifests|jobs)\b", message), message
    assert aws.usage()["images_billed"] == 0


def test_the_page_has_every_mistake():
    rows = re.findall(r"^\| .+ \| .+ \| .+ \|$", PAGE.read_text(), re.MULTILINE)[1:]

    assert len(rows) == len(MISTAKES)
