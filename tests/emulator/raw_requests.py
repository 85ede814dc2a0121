"""Requests that botocore's client would not send."""

import json

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError


def send(scene, operation, body):
    """Send a body without botocore's checks, and return the error code."""

    def replace_body(request, **_):
        request.data = body if isinstance(body, bytes) else json.dumps(body).encode()

    client = scene.emulator.client("rekognition", parameter_validation=False)
    client.meta.events.register_first("request-created.rekognition", replace_body)
    with pytest.raises(ClientError) as error:
        getattr(client, xform_name(operation))()
    return error.value.response["Error"]["Code"]
