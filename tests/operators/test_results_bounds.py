"""Untrusted keys and labels do not make XComs or logs large."""

import json

from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


def result_of(key, *names):
    labels = [{"Name": name, "Confidence": 90} for name in names]
    answer = {"source-ref": f"s3://photos/{key}", "detect-moderation-labels": {"ModerationLabels": labels}}
    return json.dumps(answer).encode() + b"\n"


def read(photos, *lines, **changes):
    photos.client.put_object(Bucket="photos", Key="r.jsonl", Body=b"".join(lines))
    ti = FakeTaskInstance()
    run_task(
        RekognitionMediaAnalysisResultsOperator(task_id="results", job="s3://photos/r.jsonl", **changes), ti
    )
    return ti.xcoms


def test_label_names_are_cut_to_the_xcom_size_and_the_most_frequent_are_logged(photos, task_log):
    lines = (result_of(f"{n}.jpg", f"Label {n} {'x' * 200}", "Pills") for n in range(1_000))

    xcoms = read(photos, *lines)

    for key, value in xcoms.items():
        assert len(json.dumps(value)) <= 40_000, key
    assert xcoms["label_counts"]["Pills"] == 1_000
    assert xcoms["summary"]["left_out"]["label_counts"] == 2_000 - sum(xcoms["label_counts"].values())
    (logged,) = [message for message in task_log.messages if message.startswith("Labels: ")]
    assert logged.startswith("Labels: 1000 Pills, 1 Label ")
    assert logged.endswith(f", {len(xcoms['label_counts']) - 20} more")
    assert len(logged) < 5_000


def test_few_label_names_are_logged_without_a_count_of_more(photos, task_log):
    read(photos, result_of("a.jpg", "Pills", "Alcohol"), result_of("b.jpg", "Pills"))

    assert "Labels: 2 Pills, 1 Alcohol" in task_log.messages


def test_an_image_too_large_for_the_xcom_hides_no_other(photos):
    xcoms = read(photos, result_of("k" * 100_000, "Pills"), result_of("b.jpg", "Pills"))

    assert [image["uri"] for image in xcoms["flagged"]] == ["s3://photos/b.jpg"]
    assert xcoms["summary"]["left_out"]["flagged"] == 1
