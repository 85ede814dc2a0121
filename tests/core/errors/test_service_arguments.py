"""The name of an argument, and of a connection, in the errors of AWS."""

import pytest

from airflow_provider_rekmedia.core.errors import AccessDenied, NoCredentials
from airflow_provider_rekmedia.core.errors.service import naming_argument

FIELDS = {"operation": "GetObject", "code": "AccessDenied", "message": "no", "target": "s3://b/k"}


def test_the_first_argument_that_is_named_stays():
    with pytest.raises(AccessDenied) as caught, naming_argument("source"), naming_argument("policy"):
        raise AccessDenied(**FIELDS)

    assert "GetObject of s3://b/k (argument policy) was refused" in str(caught.value)


def test_the_connection_is_named():
    error = NoCredentials(**FIELDS).of_connection("nightly")

    assert "aws_conn_id='nightly'" in str(error)
