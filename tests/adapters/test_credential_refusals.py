"""Errors about credentials, regions and hosts, which say nothing about the request."""

import errno
import pickle
import socket

import botocore.exceptions
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from airflow_provider_rekmedia.adapters.refusals import client_errors, refusals_of
from airflow_provider_rekmedia.core import errors as ours


def translated(error, operation="GetMediaAnalysisJob"):
    with pytest.raises(ours.ServiceError) as caught, refusals_of(operation):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


def client_error(code, operation):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


@pytest.mark.parametrize(
    "error",
    [
        botocore.exceptions.NoCredentialsError(),
        botocore.exceptions.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        botocore.exceptions.CredentialRetrievalError(provider="sts", error_msg="gone"),
        botocore.exceptions.MetadataRetrievalError(error_msg="gone"),
        botocore.exceptions.TokenRetrievalError(provider="sso", error_msg="gone"),
        botocore.exceptions.UnauthorizedSSOTokenError(),
        botocore.exceptions.SSOTokenLoadError(error_msg="gone"),
        botocore.exceptions.ProfileNotFound(profile="nightly"),
        # As botocore words it, in Credentials._refresh.
        RuntimeError("Credentials were refreshed, but the refreshed credentials are still expired."),
        # As the Amazon provider words it.
        RuntimeError("sts_response_http_status=503"),
        client_error("ExpiredToken", "GetObject"),
        client_error("ExpiredTokenException", "GetMediaAnalysisJob"),
    ],
)
def test_a_retry_can_help_after_an_error_about_credentials(error):
    refusal = translated(error)
    assert type(refusal) is ours.NoCredentials
    assert refusal.retryable
    assert "aws_conn_id" in str(refusal)


@pytest.mark.parametrize(("aws_conn_id", "shown"), [("nightly", "'nightly'"), (None, "None")])
def test_an_error_about_credentials_can_name_its_connection(aws_conn_id, shown):
    refusal = translated(botocore.exceptions.NoCredentialsError()).of_connection(aws_conn_id)
    assert f"Check the Airflow connection (aws_conn_id={shown})" in str(refusal)
    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)  # noqa: S301 our own bytes


def test_any_other_runtime_error_is_a_bug_and_passes():
    with pytest.raises(RuntimeError), refusals_of("GetObject"):
        raise RuntimeError  # a bug


def test_the_call_that_fetches_credentials_is_named_instead_of_the_call_that_needed_them():
    refusal = translated(client_error("AccessDenied", "AssumeRole"))
    assert type(refusal) is ours.AccessDenied
    assert refusal.operation == "AssumeRole"


def unreachable(number):
    """botocore's error for a host that cannot be reached, with its cause as urllib3 chains it."""
    error = EndpointConnectionError(endpoint_url="https://rekognition.eu-north-9.amazonaws.com", error="x")
    error.__context__ = OSError(errno.EIO, "urllib3's own error")
    error.__context__.__cause__ = socket.gaierror(number, "of getaddrinfo")
    return error


def test_a_host_name_that_does_not_exist_is_an_error_of_its_own():
    refusal = translated(unreachable(socket.EAI_NONAME))
    assert type(refusal) is ours.HostNotFound
    assert "region_name" in str(refusal)


def test_if_no_name_server_answers_the_host_may_exist():
    assert type(translated(unreachable(socket.EAI_AGAIN))) is ours.Unavailable


def test_a_host_that_is_not_found_is_recognized_through_a_real_client(stage, monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    client = stage.emulator.client("rekognition", retries={"total_max_attempts": 1})
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(ours.HostNotFound), refusals_of("ListMediaAnalysisJobs"):
        client.list_media_analysis_jobs()


def test_an_error_with_endless_causes_ends():
    error = EndpointConnectionError(endpoint_url="https://aws", error="x")
    error.__cause__ = cause = OSError()
    cause.__context__ = error
    with pytest.raises(ours.Unavailable), refusals_of("GetObject"):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        botocore.exceptions.NoRegionError(),
        botocore.exceptions.InvalidRegionError(region_name="us east 1"),
    ],
)
def test_a_client_without_a_usable_region_is_invalid_input(error):
    with (
        pytest.raises(ours.InvalidRegion, match=r"aws_conn_id='nightly'.*region_name"),
        client_errors("nightly"),
    ):
        raise error


def test_a_client_that_cannot_get_credentials_names_its_connection():
    expired = client_error("ExpiredToken", "AssumeRole")
    with pytest.raises(ours.NoCredentials, match="aws_conn_id='nightly'"), client_errors("nightly"):
        raise expired
