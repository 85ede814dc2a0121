"""Jobs that failed, beside jobs that did not."""

import json

import pytest
from operators.judging import moderate, read
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.airflow_compat import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
)
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator

LEDGER = "s3://photos/ledger/"


@pytest.fixture
def two_manifests(photos):
    """A night of three images in two manifests; give their uris, and the XCom that names their index."""
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        photos.put(name)
    ti = FakeTaskInstance(task_id="manifest")
    arguments = {"source": "s3://photos/uploads/", "manifest_prefix": "s3://photos/m/", "ledger": LEDGER}
    manifests = run_task(RekognitionCreateManifestOperator(task_id="manifest", max_images=2, **arguments), ti)
    return manifests, ti.xcoms["index"]


def already_analyzed():
    ti = FakeTaskInstance(task_id="manifest", run_id="next")
    arguments = {"source": "s3://photos/uploads/", "manifest_prefix": "s3://photos/m/", "ledger": LEDGER}
    run_task(RekognitionCreateManifestOperator(task_id="manifest", dry_run=True, **arguments), ti)
    return ti.xcoms["skipped"].get("already_analyzed", 0)


def test_finished_jobs_are_committed_before_a_failed_job_fails_the_task(two_manifests):
    manifests, _ = two_manifests
    done = moderate(manifests[0])
    failed = done | {"job_id": "f" * 64, "status": "FAILED", "results_uri": None, "summary_uri": None}

    with pytest.raises(AirflowException, match="ended FAILED"):
        read([failed, done], ledger=LEDGER)
    assert already_analyzed() == 2


def test_a_manifest_without_a_job_fails_the_task_after_all_writes(two_manifests):
    manifests, index = two_manifests
    ti = FakeTaskInstance()

    with pytest.raises(AirflowFailException, match="Manifests without a job that succeeded: 1 of 2"):
        read([moderate(manifests[0])], ti, ledger=LEDGER, index=index)
    assert already_analyzed() == 2
    counts = ti.xcoms["counts"]
    assert (counts["images"], counts["analyzed"], counts["unaccounted"]) == (3, 2, 1)
    assert manifests[1] in json.dumps(ti.xcoms["errors"])


def test_with_every_job_an_index_changes_nothing(two_manifests):
    manifests, index = two_manifests

    summary = read([moderate(manifest) for manifest in manifests], index=index)
    assert (summary["counts"]["images"], summary["counts"]["unaccounted"]) == (3, 0)


def test_if_every_task_failed_all_images_are_unaccounted(two_manifests):
    _, index = two_manifests

    with pytest.raises(AirflowFailException, match="Manifests without a job that succeeded: 2 of 2"):
        read(None, index=index["uri"])


def test_a_night_without_images_is_skipped(photos):
    photos.put("old.jpg")
    ti = FakeTaskInstance(task_id="manifest")
    arguments = {"source": "s3://photos/uploads/", "manifest_prefix": "s3://photos/m/", "pattern": "*/new*"}
    run_task(RekognitionCreateManifestOperator(task_id="manifest", **arguments), ti)

    with pytest.raises(AirflowSkipException):
        read(None, index=ti.xcoms["index"])


def test_if_the_manifest_task_failed_the_results_task_fails(photos):
    task = {"index": {"uri": "s3://photos/m/index.json"}}
    with pytest.raises(AirflowFailException, match="NoSuchKey"):
        read(None, **task)
