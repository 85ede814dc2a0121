import pytest

from airflow_provider_rekmedia.core.errors import AccessDenied, Throttled
from airflow_provider_rekmedia.core.preflight.cures import denied_write
from airflow_provider_rekmedia.core.s3_uri import S3Uri

PREFIX = S3Uri("photos", "out/")


def denied(operation, message="no", key=None):
    error = AccessDenied(operation=operation, code="AccessDenied", message=message)
    return denied_write("output", PREFIX, error, kms_key_id=key).text


@pytest.mark.parametrize(
    ("operation", "permission"),
    [
        ("PutObject", "s3:PutObject on arn:aws:s3:::photos/out/*"),
        ("GetObject", "s3:GetObject on arn:aws:s3:::photos/out/*"),
        ("DeleteObject", "s3:DeleteObject on arn:aws:s3:::photos/out/*"),
        ("ListObjectsV2", "s3:ListBucket on arn:aws:s3:::photos to"),
    ],
)
def test_a_denied_call_names_its_permission(operation, permission):
    assert f"{operation} was denied" in denied(operation)
    assert f"Allow {permission}" in denied(operation)


def test_a_denied_key_is_named():
    message = "not authorized to perform: kms:GenerateDataKey"

    assert "on the key alias/m to" in denied("PutObject", message, "alias/m")
    assert "on the key of the bucket to" in denied("PutObject", message)


def test_any_other_refusal_is_shown_as_it_is():
    error = Throttled(operation="PutObject", code="SlowDown", message="slow")

    assert denied_write("output", PREFIX, error, kms_key_id=None).is_temporary
