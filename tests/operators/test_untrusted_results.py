"""Keys, labels, codes and messages are untrusted input: logs escape and cut them, and XComs stay valid."""

import json

import pytest
from operators.judging import read
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.services.run_per_image_job import report_failures

EVIL = "x\n[2026-11-20 03:00:00] {results.py:142} INFO - Images: 0 block\x1b[2J\u202e::error::"


def put(photos, key, body):
    photos.client.put_object(Bucket="photos", Key=key, Body=body.encode())
    return f"s3://photos/{key}"


def result(uri, *labels):
    found = [{"Name": name, "Confidence": 99, "ParentName": "", "TaxonomyLevel": 1} for name in labels]
    return json.dumps({"source-ref": uri, "detect-moderation-labels": {"ModerationLabels": found}}) + "\n"


@pytest.fixture
def files(photos):
    """Build a SUCCEEDED job with given results and errors."""

    def write(*, results, errors):
        lines = [json.loads(line)["source-ref"] for line in results.splitlines()]
        lines += [error["source-ref"] for error in errors]
        manifest = "".join(json.dumps({"source-ref": line}) + "\n" for line in lines)
        statistics = {"total-json-lines": len(lines)}
        return Job(
            job_id="j1",
            engine=Engine.BULK,
            status=JobStatus.SUCCEEDED,
            manifest_uri=put(photos, "manifest.jsonl", manifest),
            results_uri=put(photos, "results.jsonl", results),
            summary_uri=put(photos, "summary.json", json.dumps({"statistics": statistics, "errors": errors})),
        )

    return write


def job_xcom(job):
    kept = ("job_id", "engine", "status", "manifest_uri", "results_uri", "summary_uri")
    return {name: getattr(job, name) for name in kept}


def hostile(files):
    error = {"source-ref": f"s3://photos/{EVIL}", "code": f"X{EVIL}", "message": EVIL * 10}
    return files(results=result("s3://photos/a.jpg", f"Label{EVIL}"), errors=[error])


def assert_escaped(task_log):
    """Every record is one short line that the package wrote."""
    for record in task_log.records:
        message = record.getMessage()
        assert message.isprintable(), message
        assert len(message) < 2_000
    (failure,) = [message for message in task_log.messages if message.startswith("Not analyzed")]
    assert failure.startswith(r"Not analyzed: s3://photos/x\n[2026-11-20 03:00:00]")


def test_the_results_log_shows_untrusted_text_escaped_and_cut(files, task_log):
    read(job_xcom(hostile(files)))

    assert_escaped(task_log)
    assert r"Labels: 1 Labelx\n[2026" in task_log.text


def test_the_per_image_log_shows_untrusted_text_escaped_and_cut(files, task_log, monkeypatch):
    job = hostile(files)
    operator = RekognitionDetectModerationLabelsOperator(task_id="t", manifest="s3://a/b", output="s3://a/")

    report_failures(job, operator.hook.objects, parse_tolerance(None))

    assert_escaped(task_log)


def test_the_log_names_the_most_frequent_labels_and_says_how_many_more_there_are(photos, task_log):
    lines = [result(f"s3://photos/{number}.jpg", "Often", f"Rare {number}") for number in range(100)]

    read(put(photos, "stored.jsonl", "".join(lines)))

    (labels,) = [message for message in task_log.messages if message.startswith("Labels: ")]
    assert labels.startswith("Labels: 100 Often, 1 Rare 0, ")
    assert labels.endswith(", 81 more")


def test_characters_that_postgresql_refuses_are_replaced_in_every_xcom(files):
    nul = "\0"
    error = {"source-ref": f"s3://photos/{nul}b.jpg", "code": f"X{nul}", "message": nul}
    job = files(results=result(f"s3://photos/{nul}a.jpg", f"La{nul}bel"), errors=[error])
    ti = FakeTaskInstance()

    summary = read(job_xcom(job), ti)

    assert r"\u0000" not in json.dumps([summary, ti.xcoms])
    assert ti.xcoms["flagged"][0]["uri"] == "s3://photos/\ufffda.jpg"
    assert ti.xcoms["errors"][0]["code"] == "X\ufffd"
    assert ti.xcoms["label_counts"] == {"La\ufffdbel": 1}


def test_nul_in_a_model_version_is_replaced_in_the_xcom(photos):
    line = {"source-ref": "s3://photos/a.jpg", "detect-moderation-labels": {
        "ModerationLabels": [], "ModerationModelVersion": "7\0"}}  # fmt: skip
    ti = FakeTaskInstance()

    summary = read(put(photos, "stored.jsonl", json.dumps(line)), ti)

    assert summary["model_versions"] == ti.xcoms["summary"]["model_versions"] == ["7\ufffd"]
