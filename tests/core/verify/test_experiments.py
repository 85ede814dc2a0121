"""The manifests have what the questions are about."""

import json

from core.verify.job_ends import EXPERIMENTS, PREFIX

from airflow_provider_rekmedia.core.verify.experiments import EXTRA_KEY, plan_experiments
from airflow_provider_rekmedia.core.verify.sample_images import IMAGES


def test_the_mixed_manifest_has_each_kind_of_line():
    lines = EXPERIMENTS["mixed"].manifest.split(b"\n")

    assert lines[2] == lines[3]
    assert lines[4] == b""
    assert lines[5] == b"this is not JSON"
    assert json.loads(lines[10])[EXTRA_KEY] == "extra"


def test_every_image_but_the_missing_one_exists():
    lines = [line for experiment in EXPERIMENTS.values() for line in experiment.lines or ()]
    names = {line.uri.removeprefix(f"{PREFIX}images/") for line in lines if line.uri}

    assert names - set(IMAGES) == {"missing.png"}


def test_one_manifest_starts_with_a_byte_order_mark():
    assert EXPERIMENTS["slash"].manifest.startswith(b"\xef\xbb\xbf{")
    assert EXPERIMENTS["slash"].output.endswith("/")


def test_a_job_without_a_manifest_has_no_images():
    assert EXPERIMENTS["no-manifest"].lines is None
    assert EXPERIMENTS["no-manifest"].images == 0
    assert EXPERIMENTS["no-manifest"].uri_of("plain") is None


def test_an_image_is_counted_for_each_start():
    assert EXPERIMENTS["token"].images == 4


def test_the_position_of_a_line_counts_blank_lines():
    assert EXPERIMENTS["mixed"].index_of("not JSON") == 5


def test_a_request_has_no_min_confidence_unless_the_job_is_about_it():
    assert EXPERIMENTS["mixed"].encode_request(PREFIX) == {
        "JobName": "rekmedia-verify-mixed",
        "OperationsConfig": {"DetectModerationLabels": {}},
        "Input": {"S3Object": {"Bucket": "bucket", "Name": "verify/mixed.jsonl"}},
        "OutputConfig": {"S3Bucket": "bucket", "S3KeyPrefix": "verify/out-mixed"},
    }


def test_the_job_with_an_adapter_needs_one():
    assert "adapter" not in plan_experiments(PREFIX, "f00d", None)
