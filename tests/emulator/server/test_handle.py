"""The handle: its clients, its connection, its clock."""

import json
import os
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from airflow_provider_rekmedia.emulator import Handle
from airflow_provider_rekmedia.emulator.server.admin import BadRequest


def use(url):
    """Use a client and an admin path of a new handle."""
    handle = Handle(url)
    handle.client("rekognition").list_media_analysis_jobs()
    return handle.usage()["calls"]["ListMediaAnalysisJobs"]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_ignored(server, monkeypatch, variable):
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert use(server.endpoint_url) == 1


def test_a_proxy_that_was_set_before_the_import_is_ignored(server):
    url = repr(server.endpoint_url)
    code = f"from airflow_provider_rekmedia.emulator import Handle; print(Handle({url}).usage())"
    command = [sys.executable, "-c", code]
    environment = os.environ | {"HTTP_PROXY": "http://127.0.0.1:9"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "images_billed" in run.stdout, run.stderr


def test_an_unknown_profile_of_the_environment_is_ignored(server, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    assert use(server.endpoint_url) == 1


def test_broken_files_of_the_environment_are_ignored(server, monkeypatch, tmp_path):
    broken = tmp_path / "config"
    broken.write_text("not an ini file")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(broken))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(broken))
    assert use(server.endpoint_url) == 1


def test_an_endpoint_of_the_environment_is_ignored_in_process(in_process, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    in_process.client("rekognition").list_media_analysis_jobs()


def test_a_client_accepts_botocores_options(server):
    client = server.client("s3", "eu-west-1", read_timeout=7)
    assert (client.meta.config.read_timeout, client.meta.region_name) == (7, "eu-west-1")


def test_a_connection_without_credentials_lets_boto3_search_and_fail(server, monkeypatch):
    from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook  # noqa: PLC0415 - slow

    connection = server.airflow_connection(credentials=False)
    assert not {"login", "password"} & set(json.loads(connection))
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", connection)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoCredentialsError):
        AwsBaseHook(client_type="rekognition").get_conn().list_media_analysis_jobs()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("expired_credentials", "ExpiredTokenException"),
        ("invalid_credentials", "UnrecognizedClientException"),
    ],
)
def test_credentials_can_be_refused_for_a_while(scene, kind, code):
    scene.emulator.inject(kind, operation="ListMediaAnalysisJobs")
    with pytest.raises(ClientError) as error:
        scene.rekognition.list_media_analysis_jobs()
    assert error.value.response["Error"]["Code"] == code
    scene.rekognition.list_media_analysis_jobs()


def test_the_clock_moves_jobs(emulator, scene):
    emulator.configure(by_hand=False, created_s=100, queued_s=100, in_progress_s=100)
    job_id = scene.start()
    emulator.move_clock(150)
    assert scene.get(job_id)["Status"] == "QUEUED"
    emulator.move_clock(200)
    assert scene.get(job_id)["Status"] == "SUCCEEDED"


def test_the_clock_does_not_move_backwards(emulator):
    with pytest.raises(BadRequest, match="clock"):
        emulator.move_clock(-1)
