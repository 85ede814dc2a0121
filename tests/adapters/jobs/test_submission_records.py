from datetime import UTC, datetime

import pytest

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


def test_restore_writes_the_earlier_record_or_deletes_the_new_one(stage):
    records = SubmissionRecordStore(stage.objects, URI)
    records.write(RECORD)
    records.restore(None)
    assert records.read() is None

    records.restore(RECORD)

    assert records.read() == RECORD


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
