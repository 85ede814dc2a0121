import json
from datetime import UTC, datetime

import msgspec
import pytest

from airflow_provider_rekmedia.core.errors import UnreadableVerdicts
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import (
    DecidedBy,
    VerdictFileSet,
    VerdictLabel,
    VerdictRow,
    decode_verdict_row,
    encode_verdict_row,
    verdict_folder,
)

PREFIX = S3Uri("photos", "verdicts/")
ROW = VerdictRow(
    uri="s3://photos/pills.jpg",
    bucket="photos",
    key="pills.jpg",
    etag="abc",
    size_bytes=12,
    last_modified=datetime(2026, 11, 20, 12, tzinfo=UTC),
    verdict=Decision.BLOCK,
    rule="Drugs & Tobacco",
    labels=(VerdictLabel("Pills", "Products", 3, 95.5), VerdictLabel("Drugs & Tobacco", None, 1, 95.5)),
    confidence=95.5,
    decided_by=DecidedBy.POLICY,
    dag_id="nightly",
    run_id="scheduled__2026-11-20T00:00:00+00:00",
    job_id="j1",
    model_version="7.0",
    policy="shop",
    policy_digest="0123456789abcdef",
)


def test_a_row_is_one_json_line_with_the_documented_fields_in_order():
    line = encode_verdict_row(ROW)

    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {
        "version": 1,
        "uri": "s3://photos/pills.jpg",
        "bucket": "photos",
        "key": "pills.jpg",
        "etag": "abc",
        "size_bytes": 12,
        "last_modified": "2026-11-20T12:00:00Z",
        "verdict": "block",
        "rule": "Drugs & Tobacco",
        "labels": [
            {"name": "Pills", "parent": "Products", "level": 3, "confidence": 95.5},
            {"name": "Drugs & Tobacco", "parent": None, "level": 1, "confidence": 95.5},
        ],
        "confidence": 95.5,
        "decided_by": "policy",
        "dag_id": "nightly",
        "run_id": "scheduled__2026-11-20T00:00:00+00:00",
        "job_id": "j1",
        "model_version": "7.0",
        "policy": "shop",
        "policy_digest": "0123456789abcdef",
    }
    assert list(json.loads(line)) == list(VerdictRow.__struct_fields__)


@pytest.mark.parametrize("row", [ROW, msgspec.structs.replace(ROW, labels=(), confidence=None, job_id=None)])
def test_decoding_is_the_inverse_of_encoding(row):
    assert decode_verdict_row(encode_verdict_row(row), "s3://b/x") == row


def test_fields_of_a_later_release_are_ignored():
    later = json.loads(encode_verdict_row(ROW)) | {"severity": "high"}

    assert decode_verdict_row(json.dumps(later).encode(), "s3://b/x") == ROW


@pytest.mark.parametrize(
    "changes", [{"version": 2}, {"verdict": "maybe"}, {"uri": None}, {"labels": "Pills"}]
)
def test_a_damaged_row_is_an_error_that_names_the_file(changes):
    damaged = json.loads(encode_verdict_row(ROW)) | changes

    with pytest.raises(UnreadableVerdicts, match="s3://b/x"):
        decode_verdict_row(json.dumps(damaged).encode(), "s3://b/x")


def test_the_xcom_is_json_with_a_version():
    files = VerdictFileSet(uris=("s3://photos/verdicts/a.jsonl.gz",), images=3)

    assert files.as_dict() == {"version": 1, "uris": ["s3://photos/verdicts/a.jsonl.gz"], "images": 3}


def test_the_folder_of_a_run_has_hive_partitions():
    folder = verdict_folder(PREFIX, "nightly", "scheduled__2026-11-20T00:00:00+00:00")

    assert folder.key == "verdicts/dag_id=nightly/run_id=scheduled__2026-11-20T00%3A00%3A00%2B00%3A00/"


@pytest.mark.parametrize("letter", ["x", "é", "😀", "+"])
def test_the_folder_of_long_ids_fits_into_a_key_and_is_unique(letter):
    folders = {verdict_folder(PREFIX, letter * 250, letter * 249 + end) for end in "ab"}

    assert len(folders) == 2
    for folder in folders:
        assert len(folder.key) < 500
        assert folder.key.isascii()
