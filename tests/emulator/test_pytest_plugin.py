"""The fixture that a user's own tests get; this is the example of the reference page."""

import json
import subprocess
import sys

from moto import mock_aws

from airflow_provider_rekmedia import emulator


# [START fixture]
def test_a_nightly_job(rekmedia_emulator, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", rekmedia_emulator.airflow_connection())
    s3 = rekmedia_emulator.client("s3")
    s3.create_bucket(Bucket="nightly")
    s3.put_object(Bucket="nightly", Key="manifest.jsonl", Body=b'{"source-ref": "s3://nightly/cat.jpg"}')
    rekmedia_emulator.inject("throttle", operation="StartMediaAnalysisJob", times=1)

    # Run the Dag here; this is what its operator does.
    rekognition = rekmedia_emulator.client("rekognition")
    job = rekognition.start_media_analysis_job(
        OperationsConfig={"DetectModerationLabels": {"MinConfidence": 60}},
        Input={"S3Object": {"Bucket": "nightly", "Name": "manifest.jsonl"}},
        OutputConfig={"S3Bucket": "nightly", "S3KeyPrefix": "results"},
    )
    rekmedia_emulator.advance(job["JobId"], to_end=True)

    assert rekognition.get_media_analysis_job(JobId=job["JobId"])["Status"] == "SUCCEEDED"
    usage = rekmedia_emulator.usage()
    assert usage["calls"]["StartMediaAnalysisJob"] == 2
    assert usage["images_billed"] == 0  # cat.jpg is not there


# [END fixture]


# [START mock_aws]
def test_without_a_server():
    handle = emulator.install()
    with mock_aws():
        assert handle.client("rekognition").list_media_analysis_jobs()["MediaAnalysisJobs"] == []


# [END mock_aws]


# [START running]
def test_without_pytests_fixture():
    settings = emulator.Settings(created_s=0, queued_s=0, in_progress_s=0.1, max_active_jobs=1)
    with emulator.running(settings) as handle:
        handle.client("s3").create_bucket(Bucket="nightly")
        assert handle.usage()["jobs"] == 0


# [END running]


def test_each_test_gets_an_empty_emulator(rekmedia_emulator):
    assert rekmedia_emulator.client("s3").list_buckets()["Buckets"] == []
    assert rekmedia_emulator.usage()["calls"]["StartMediaAnalysisJob"] == 0
    assert rekmedia_emulator.jobs() == []


def test_the_connection_has_the_format_of_airflow(rekmedia_emulator):
    connection = json.loads(rekmedia_emulator.airflow_connection("eu-west-1"))
    assert connection == {
        "conn_type": "aws",
        "login": "testing",
        "password": "testing",
        "extra": {
            "region_name": "eu-west-1",
            "endpoint_url": rekmedia_emulator.endpoint_url,
            "config_kwargs": {"proxies": {}},
        },
    }


def test_the_plugin_imports_nothing_heavy():
    code = (
        "import sys, airflow_provider_rekmedia.emulator.pytest_plugin as plugin; "
        "print(*sorted({'moto', 'boto3', 'botocore', 'yaml', 'PIL', 'airflow'} & set(sys.modules)))"
    )
    imported = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert imported.stdout.strip() == ""


def test_a_conftest_can_override_the_settings(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "import pytest\n"
        "from airflow_provider_rekmedia.emulator import Settings\n"
        "@pytest.fixture(scope='session')\n"
        "def rekmedia_emulator_settings():\n"
        "    return Settings(max_manifest_lines=7)\n"
    )
    (tmp_path / "test_it.py").write_text(
        "def test_it(rekmedia_emulator):\n"
        "    assert rekmedia_emulator._request('GET', 'settings')['max_manifest_lines'] == 7\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        tmp_path,
        tmp_path,
    ]
    session = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert "1 passed" in session.stdout, session.stdout + session.stderr
