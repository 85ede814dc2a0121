"""Airflow connections that lead to the emulator."""

import json

import pytest
from buckets import create_buckets

SECRET = "f0rTyTh13v3s-and-a-secret-key"
ROLE = "arn:aws:iam::123456789012:role/moderator"


@pytest.fixture
def emulator(rekmedia_emulator):
    rekmedia_emulator.configure(by_hand=True, unguessable_keys=True)
    s3 = rekmedia_emulator.client("s3")
    create_buckets(s3, "photos", "analysis")
    s3.put_object(Bucket="photos", Key="manifest.jsonl", Body=b'{"source-ref": "s3://photos/1.jpg"}\n')
    return rekmedia_emulator


@pytest.fixture
def connect(emulator, monkeypatch):
    """Define an Airflow connection; what is given goes into its extra."""

    def define(conn_id="aws_default", **extra):
        connection = {
            "conn_type": "aws",
            "login": "AKIAEXAMPLE",
            "password": SECRET,
            "extra": {"region_name": "us-east-1", "endpoint_url": emulator.endpoint_url} | extra,
        }
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(connection))
        return conn_id

    define()
    return define
