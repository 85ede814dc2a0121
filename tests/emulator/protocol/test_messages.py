"""Responses in AWS's format. wire_check.py compares all others with botocore's model."""

import json

import pytest

from airflow_provider_rekmedia.emulator.protocol.errors import ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.protocol.messages import encode_error, encode_result


def test_a_result_is_json_with_status_200():
    response = encode_result({"JobId": "a"})
    assert (response.status, json.loads(response.body)) == (200, {"JobId": "a"})
    assert response.headers()["Content-Type"] == "application/x-amz-json-1.1"


def test_each_response_has_its_own_request_id():
    response = encode_result({})
    assert response.headers()["x-amzn-RequestId"] != response.headers()["x-amzn-RequestId"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ServiceError(ErrorCode.INVALID_PARAMETER), 400),
        (ServiceError(ErrorCode.INTERNAL_SERVER_ERROR), 500),
        (ServiceError(ErrorCode.THROTTLING), 503),
        (ServiceError(ErrorCode.THROTTLING, status=429), 429),
    ],
)
def test_the_status_of_an_error(error, status):
    assert encode_error(error, throttling_status=503).status == status
