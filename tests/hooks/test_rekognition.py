import json
import logging

import pytest
from botocore.config import Config
from botocore.retries.adaptive import ClientRateLimiter
from connections import ROLE, SECRET

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    InvalidArgument,
    InvalidRegion,
    ManifestMissing,
    RequestChanged,
    WrongRegion,
)
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.services.submit_job import submit_job

TASK = TaskIdentity("nightly", "2026-05-01", "start", -1)


def request(**changes):
    usual = {
        "manifest": S3Uri("photos", "manifest.jsonl"),
        "output": S3Uri("analysis", "nightly/"),
        "job_name": "nightly",
    }
    return MediaAnalysisRequest(**usual | changes)


def submit(hook=None, *, task=TASK, clears=0, token=None, **changes):
    hook = hook or RekognitionHook()
    return submit_job(request(**changes), task, clears=clears, clients=hook, client_request_token=token)


def both_clients(hook):
    """The hook's Rekognition client and its S3 client."""
    return hook.conn, hook.objects._client


def starts(emulator):
    return emulator.usage()["calls"].get("StartMediaAnalysisJob", 0)


def unretried(hook):
    """The client of the per-image engine."""
    return hook.unretried_client(7)


def test_both_clients_go_to_the_connections_endpoint_and_region(connect, emulator):
    connect(region_name="eu-west-1")
    for client in both_clients(RekognitionHook()):
        assert client.meta.endpoint_url == emulator.endpoint_url
        assert client.meta.region_name == "eu-west-1"


def test_the_region_argument_overrides_the_connection(connect):
    for client in both_clients(RekognitionHook(region_name="ap-northeast-1")):
        assert client.meta.region_name == "ap-northeast-1"


@pytest.mark.parametrize("config", [{"read_timeout": 7}, Config(read_timeout=7)])
def test_botocore_config_reaches_both_clients(connect, config):
    for client in both_clients(RekognitionHook(config=config)):
        assert client.meta.config.read_timeout == 7


def test_botocore_config_reaches_the_client_of_the_per_image_engine(connect):
    assert unretried(RekognitionHook(config={"read_timeout": 7})).meta.config.read_timeout == 7
    connect(config_kwargs={"read_timeout": 9})
    assert unretried(RekognitionHook()).meta.config.read_timeout == 9


def test_the_per_image_engine_has_one_connection_per_concurrent_call(connect):
    assert (
        unretried(RekognitionHook(config={"max_pool_connections": 3})).meta.config.max_pool_connections == 7
    )


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_botocore_does_not_retry_calls_of_the_per_image_engine(connect, emulator, monkeypatch, mode):
    """Neither a second call, nor the pause that the adaptive mode makes after a call that was throttled."""
    paused = []
    monkeypatch.setattr(ClientRateLimiter, "on_sending_request", lambda *_, **__: paused.append(mode))
    monkeypatch.setenv("AWS_RETRY_MODE", mode)
    connect(config_kwargs={"retries": {"mode": mode, "total_max_attempts": 4}})
    emulator.inject("throttle", operation="DetectModerationLabels", times=None)
    client = unretried(RekognitionHook())

    with pytest.raises(client.exceptions.ThrottlingException):
        client.detect_moderation_labels(Image={"S3Object": {"Bucket": "photos", "Name": "1.jpg"}})
    assert emulator.usage()["calls"]["DetectModerationLabels"] == 1
    assert not paused


@pytest.mark.parametrize("verify", [False, "/etc/ssl/other.pem"])
def test_verify_reaches_both_clients(connect, verify):
    for client in both_clients(RekognitionHook(verify=verify)):
        assert client._endpoint.http_session._verify == verify


def test_a_connection_has_its_own_region(connect, emulator):
    connect("other_account", region_name="eu-central-1")
    assert RekognitionHook(aws_conn_id="other_account").conn.meta.region_name == "eu-central-1"
    assert RekognitionHook().conn.meta.region_name == "us-east-1"


def test_client_type_cannot_be_changed(connect):
    assert RekognitionHook(client_type="s3").conn.meta.service_model.service_name == "rekognition"


def test_a_hook_makes_each_client_once(connect):
    hook = RekognitionHook()
    assert hook.jobs is hook.jobs
    assert hook.objects is hook.objects


def test_a_role_is_assumed_for_both_clients(connect, emulator):
    sts = {"sts": {"endpoint_url": emulator.endpoint_url}}
    connect(role_arn=ROLE, service_config=sts)
    hook = RekognitionHook()
    for client in both_clients(hook):
        credentials = client._request_signer._credentials.get_frozen_credentials()
        assert credentials.access_key != "AKIAEXAMPLE"
        assert credentials.token
    identity = hook.get_session().client("sts", endpoint_url=emulator.endpoint_url).get_caller_identity()
    assert ":assumed-role/moderator/" in identity["Arn"]
    submitted = submit(hook)
    assert hook.jobs.fetch(submitted.job_id).status == "CREATED"


def test_every_try_submits_the_same_job(connect, emulator):
    first = submit()
    assert first.is_new
    again = submit()
    assert (again.job_id, again.is_new) == (first.job_id, False)
    assert starts(emulator) == 1


def test_another_task_instance_has_its_own_job(connect):
    others = [
        TASK,
        TaskIdentity("nightly", "2026-05-01", "start", 0),
        TaskIdentity("nightly", "2026-05-02", "start", -1),
    ]
    assert len({submit(task=task).job_id for task in others}) == 3


def test_the_token_of_the_user_is_sent(connect):
    submitted = submit(token="mine")
    assert submit(task=TaskIdentity("other", "r", "t", -1), token="mine").job_id == submitted.job_id


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"job_name": "bad name!"}, "job_name"),
        ({"min_confidence": 101.0}, "min_confidence"),
        ({"output": S3Uri("analysis", "with space/")}, "output"),
        ({"token": "x" * 65}, "client_request_token"),
    ],
)
def test_a_bad_argument_is_named_before_any_call(connect, emulator, changes, argument):
    with pytest.raises(InvalidArgument) as caught:
        submit(**changes)
    assert caught.value.fields["argument"] == argument
    assert starts(emulator) == 0


def test_a_missing_manifest_is_found_before_the_paid_call(connect, emulator):
    with pytest.raises(ManifestMissing):
        submit(manifest=parse_s3_uri("s3://photos/other.jsonl"))
    assert starts(emulator) == 0


def test_a_bucket_of_another_region_is_found_before_the_paid_call(connect, emulator):
    emulator.client("s3", "eu-west-1").create_bucket(
        Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    with pytest.raises(WrongRegion, match="abroad is in eu-west-1, but the call goes to us-east-1"):
        submit(output=S3Uri("abroad", ""))
    assert starts(emulator) == 0


def test_an_overwritten_manifest_is_another_request(connect, emulator):
    submit()
    emulator.client("s3").put_object(
        Bucket="photos", Key="manifest.jsonl", Body=b'{"source-ref": "s3://p/2"}\n'
    )
    with pytest.raises(RequestChanged, match="changed: the manifest's content, the connection or the region"):
        submit()
    assert starts(emulator) == 1


def test_no_secret_is_in_any_log_line_repr_or_error(connect, emulator, caplog):
    sts = {"sts": {"endpoint_url": emulator.endpoint_url}}
    connect(role_arn=ROLE, service_config=sts, external_id="an-external-id-nobody-else-knows")
    hook = RekognitionHook()
    with caplog.at_level(logging.INFO):
        submit(hook)
        emulator.inject("error", operation="GetMediaAnalysisJob", code="AccessDeniedException")
        with pytest.raises(AccessDenied) as caught:
            hook.jobs.fetch("abc")
    credentials = hook.conn._request_signer._credentials.get_frozen_credentials()
    secrets = {SECRET, credentials.secret_key, credentials.token}
    record = json.dumps([found.uri.key for found in hook.objects.iter_objects(S3Uri("analysis", ""))])
    texts = [caplog.text, repr(hook), repr(hook.jobs), repr(hook.objects), str(caught.value), record]
    assert not [text for text in texts for secret in secrets if secret in text]


@pytest.mark.parametrize(("region", "warnings"), [("me-south-1", 1), ("us-east-1", 0)])
def test_a_region_without_rekognition_is_a_warning_at_once(connect, monkeypatch, caplog, region, warnings):
    connect(endpoint_url=None, region_name=region)
    monkeypatch.setattr(RekognitionHook, "log", logging.getLogger("hook"))
    hook = RekognitionHook()

    assert hook.jobs
    assert hook.region == region
    assert caplog.text.count("has no Rekognition") == warnings
    assert caplog.text.count("eu-west-1") == warnings  # a region that has it


def test_an_endpoint_of_your_own_may_have_any_region(connect, monkeypatch, caplog):
    connect(region_name="me-south-1")
    monkeypatch.setattr(RekognitionHook, "log", logging.getLogger("hook"))

    assert RekognitionHook().jobs
    assert "has no Rekognition" not in caplog.text


@pytest.mark.parametrize("region", [None, "us east 1"])
def test_a_connection_without_a_usable_region_is_invalid_input(connect, region):
    connect(region_name=region)

    for use in (lambda: RekognitionHook().jobs, lambda: RekognitionHook().region):
        with pytest.raises(InvalidRegion, match="aws_conn_id='aws_default'"):
            use()
