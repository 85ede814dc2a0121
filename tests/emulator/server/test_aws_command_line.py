"""The real ``aws`` command line against the server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from emulator.scene import IN, OUT

AWS = Path(sys.executable).with_name("aws")

pytestmark = pytest.mark.skipif(not AWS.exists(), reason="awscli is not installed")

START = [
    "start-media-analysis-job",
    "--operations-config",
    "DetectModerationLabels={MinConfidence=60}",
    "--input",
    f"S3Object={{Bucket={IN},Name=manifest.jsonl}}",
    "--output-config",
    f"S3Bucket={OUT},S3KeyPrefix=nightly",
]


def aws(scene, *arguments):
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": scene.emulator.endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_PAGER": "",
    }
    command = [AWS, "rekognition", *arguments, "--output", "json"]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


def test_the_command_line_starts_gets_and_lists_jobs(served_scene):
    started = aws(served_scene, *START)
    assert started.returncode == 0, started.stderr
    job_id = json.loads(started.stdout)["JobId"]
    served_scene.emulator.advance(to_end=True)
    job = json.loads(aws(served_scene, "get-media-analysis-job", "--job-id", job_id).stdout)
    assert (job["JobId"], job["Status"]) == (job_id, "SUCCEEDED")
    assert job["OperationsConfig"] == {"DetectModerationLabels": {"MinConfidence": 60}}
    jobs = json.loads(aws(served_scene, "list-media-analysis-jobs", "--max-results", "5").stdout)
    assert [listed["JobId"] for listed in jobs["MediaAnalysisJobs"]] == [job_id]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["get-media-analysis-job", "--job-id", "0" * 64], "ResourceNotFoundException"),
        ([*START, "--job-name", "bad name!"], "InvalidParameterException"),
        (["list-media-analysis-jobs", "--next-token", "x"], "InvalidPaginationTokenException"),
    ],
)
def test_the_command_line_shows_the_documented_errors(served_scene, arguments, error):
    answer = aws(served_scene, *arguments)
    assert answer.returncode in {254, 255}  # awscli 1 and 2 have different exit codes for service errors
    assert f"An error occurred ({error})" in answer.stderr


def test_the_command_line_shows_a_closed_account(served_scene):
    served_scene.emulator.inject("closed")
    answer = aws(served_scene, *START)
    assert answer.returncode in {254, 255}
    assert "An error occurred (AccessDeniedException)" in answer.stderr
