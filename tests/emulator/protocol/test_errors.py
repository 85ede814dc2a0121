"""Errors and their default messages."""

import pytest

from airflow_provider_rekmedia.emulator.protocol.errors import MESSAGES, ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.protocol.request_validation import load_service_model

#: AWS services share these; they are not in the model of Rekognition.
SHARED = {
    "ExpiredTokenException",
    "SerializationException",
    "UnrecognizedClientException",
    "ValidationException",
}


def test_every_error_is_in_the_model_or_shared():
    modelled = {shape for shape in load_service_model().shape_names if shape in set(ErrorCode)}
    assert set(ErrorCode) - modelled == SHARED


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_an_error_has_the_documented_message(code):
    assert ServiceError(code).message == MESSAGES[code]


def test_a_message_can_be_replaced():
    assert ServiceError(ErrorCode.ACCESS_DENIED, "Not you.").message == "Not you."
