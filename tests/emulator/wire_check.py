"""Compares every response of the emulator with botocore's model of the service."""

import json
import re

ENVELOPE = {"__type", "Code", "Logref", "Message"}

#: Errors that are not in the model; see docs/reference/emulator.md.
UNMODELLED = {
    "ExpiredTokenException",
    "SerializationException",
    "UnrecognizedClientException",
    "ValidationException",
}

#: https://docs.aws.amazon.com/rekognition/latest/APIReference/ : all others are 400.
STATUSES = {"InternalServerError": {500}, "ThrottlingException": {400, 500}}


def watch(client):
    """Check all responses to this client before botocore's parser drops unknown members."""
    model = client.meta.service_model

    def check(response_dict, operation_model, **_):
        headers = response_dict["headers"]
        if headers.get("content-type") != "application/x-amz-json-1.1":
            assert response_dict["status_code"] == 500, "only faults have another content type"
            return
        assert re.fullmatch(r"[0-9a-f-]{36}", headers["x-amzn-requestid"])
        body = json.loads(response_dict["body"])
        if response_dict["status_code"] == 200:
            check_shape(operation_model.output_shape, body, operation_model.name)
        else:
            check_error(operation_model, response_dict["status_code"], body)

    client.meta.events.register("before-parse.rekognition", check)
    assert model.service_name == "rekognition"
    return client


def check_error(operation_model, status, body):
    assert set(body) == ENVELOPE
    assert body["__type"] == body["Code"]
    modelled = {shape.name for shape in operation_model.error_shapes}
    assert body["Code"] in modelled | UNMODELLED, f"{operation_model.name} has no {body['Code']}"
    assert status in STATUSES.get(body["Code"], {400})
    assert isinstance(body["Message"], str)


def check_shape(shape, value, path):
    kind = shape.type_name
    if kind == "structure":
        assert isinstance(value, dict), path
        assert set(value) <= set(shape.members), f"{path} has members that the model lacks"
        assert set(shape.required_members) <= set(value), f"{path} lacks members"
        for name, member in value.items():
            check_shape(shape.members[name], member, f"{path}.{name}")
    elif kind == "list":
        assert isinstance(value, list), path
        for member in value:
            check_shape(shape.member, member, f"{path}[]")
    elif kind == "string":
        check_string(shape, value, path)
    else:
        assert isinstance(value, (int, float)), path
        assert not isinstance(value, bool), path
        assert kind != "integer" or isinstance(value, int), path
        limits = shape.metadata
        assert limits.get("min", value) <= value <= limits.get("max", value), path


def check_string(shape, value, path):
    assert isinstance(value, str), path
    assert not shape.enum or value in shape.enum, path
    limits = shape.metadata
    assert limits.get("min", 0) <= len(value) <= limits.get("max", len(value)), path
    assert "pattern" not in limits or re.fullmatch(limits["pattern"], value), path
