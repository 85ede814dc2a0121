from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from airflow_provider_rekmedia.adapters.jobs.submission_records import SubmissionRecordStore
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import ServiceError, UnreadableRecord
from airflow_provider_rekmedia.core.jobs.submission_record import SubmissionRecord
from airflow_provider_rekmedia.core.s3_uri import S3Uri

URI = S3Uri("analysis", "nightly/_rekmedia/record.json")
RECORD = SubmissionRecord(
    fingerprint="f",
    request={"JobName": "nightly"},
    clears=0,
    generation=0,
    token="t",
    written_at=datetime(2026, 5, 1, tzinfo=UTC),
)


def test_a_record_round_trips(stage):
    records = SubmissionRecordStore(stage.objects, URI)
    assert records.read() is None

    records.write(RECORD)

    assert records.read() == RECORD


def test_a_record_of_another_attempt_is_not_replaced_before_it_is_read(stage):
    records, others = (SubmissionRecordStore(stage.objects, URI) for _ in range(2))
    first, second, third = (replace(RECORD, attempt=name) for name in ("first", "second", "third"))
    assert records.read() is None
    assert others.write(first)

    assert not records.write(second)
    assert others.write(third)
    assert not records.write(second)
    assert records.read() == third
    assert records.write(second)
    assert not others.write(first)


@pytest.mark.parametrize("key", ["alias/moderation", None])
def test_the_key_of_the_client_encrypts_the_record(stage, key):
    SubmissionRecordStore(S3Objects(stage.s3, key), URI).write(RECORD)

    assert stage.s3.head_object(Bucket=URI.bucket, Key=URI.key).get("SSEKMSKeyId") == key


def test_a_damaged_or_forbidden_record_is_an_error(stage):
    records = SubmissionRecordStore(stage.objects, URI)
    stage.objects.put(URI, b"{", "application/json")
    with pytest.raises(UnreadableRecord):
        records.read()

    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403)

    with pytest.raises(ServiceError):
        records.read()
