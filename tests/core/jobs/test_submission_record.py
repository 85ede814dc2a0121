import json
import os
from datetime import UTC, datetime

import pytest
from core.strategies import json_values
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.jobs.submission_record import (
    SubmissionRecord,
    decode_record,
    encode_record,
)

URI = "s3://out/_rekmedia/submissions/f00.json"
RECORD = SubmissionRecord(
    fingerprint="f00",
    request={"JobName": "nightly", "Input": {"S3Object": {"Bucket": "in", "Name": "ä\u2028.jsonl"}}},
    clears=1,
    generation=4,
    token="t-1",
    written_at=datetime(2026, 5, 1, 12, tzinfo=UTC),
    job_id="abc",
)
records = st.builds(
    SubmissionRecord,
    fingerprint=st.text(),
    request=st.dictionaries(st.text(), json_values),
    clears=st.integers(-(2**31), 2**31),
    generation=st.integers(0, 2**31),
    token=st.text(),
    written_at=st.datetimes(timezones=st.just(UTC)),
    replaces=st.none() | st.text(),
    job_id=st.none() | st.text(),
    attempt=st.none() | st.text(),
    is_withdrawn=st.booleans(),
)


@given(records)
def test_a_record_round_trips(record):
    assert decode_record(encode_record(record), URI) == record


def test_a_person_can_read_a_record():
    text = encode_record(RECORD).decode()
    assert text.count(os.linesep) > 5
    assert '"job_id": "abc"' in text
    assert json.loads(text)["written_at"] == "2026-05-01T12:00:00Z"


def test_a_record_before_the_call_has_no_job_id():
    intent = encode_record(
        SubmissionRecord(
            **json.loads(encode_record(RECORD)) | {"job_id": None, "written_at": RECORD.written_at}
        )
    )
    assert decode_record(intent, URI).job_id is None


def test_a_record_cut_at_any_byte_is_unreadable_and_never_absent():
    body = encode_record(RECORD)
    for length in range(len(body)):
        with pytest.raises(UnreadableRecord, match="Nothing was submitted"):
            decode_record(body[:length], URI)


@given(st.binary())
def test_rubbish_is_unreadable(body):
    with pytest.raises(UnreadableRecord):
        decode_record(body, URI)


@given(position=st.integers(0, len(encode_record(RECORD)) - 1), byte=st.integers(0, 255))
def test_a_flipped_byte_gives_a_record_or_an_error_with_the_uri(position, byte):
    body = bytearray(encode_record(RECORD))
    body[position] = byte
    try:
        assert isinstance(decode_record(bytes(body), URI), SubmissionRecord)
    except UnreadableRecord as error:
        assert URI in str(error)  # noqa: PT017 either outcome is right


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": None},
        {"written_at": "2026-05-01T12:00:00"},  # of no zone
        {"written_at": None},
        {"generation": "4"},
        {"generation": None},
        {"clears": 1.5},
        {"request": []},
        {"token": 5},
        {"job_id": 5},
    ],
)
def test_a_record_of_another_version_or_type_is_unreadable(change):
    body = json.dumps(json.loads(encode_record(RECORD)) | change).encode()
    with pytest.raises(UnreadableRecord):
        decode_record(body, URI)


@pytest.mark.parametrize("missing", ["fingerprint", "request", "clears", "generation", "token", "written_at"])
def test_a_record_that_lacks_something_is_unreadable(missing):
    members = json.loads(encode_record(RECORD))
    del members[missing]
    with pytest.raises(UnreadableRecord, match=missing):
        decode_record(json.dumps(members).encode(), URI)


@pytest.mark.parametrize(
    "body",
    [b"\xef\xbb\xbf" + encode_record(RECORD), b'{"request":' + b'{"a":' * 10_000, b"null", b"[]", b"\xff"],
)
def test_a_byte_order_mark_deep_nesting_and_other_json_are_unreadable(body):
    with pytest.raises(UnreadableRecord):
        decode_record(body, URI)


def test_members_of_a_later_version_are_ignored():
    body = json.dumps(json.loads(encode_record(RECORD)) | {"engine": "bulk"}).encode()
    assert decode_record(body, URI) == RECORD
