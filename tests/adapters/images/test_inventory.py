import csv
import gzip
import hashlib
import io
import json
import sys
from datetime import UTC, datetime
from urllib.parse import quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airflow_provider_rekmedia.adapters.images.inventory import iter_inventory
from airflow_provider_rekmedia.core.errors import BadInventory, ExtraMissing
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

MANIFEST = S3Uri("analysis", "inv/photos/all/2026-11-20T01-00Z/manifest.json")
# As documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
CSV_SCHEMA = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass"
PARQUET_SCHEMA = "message s3.inventory { required binary bucket (STRING); required binary key (STRING); }"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROWS = [
    # key, is latest, is delete marker
    ("uploads/a b+ü.jpg", True, False),
    ("uploads/old.jpg", False, False),
    ("uploads/deleted.jpg", True, True),
    ("uploads/line\nbreak.jpg", True, False),
]
EXPECTED = [FoundImage(S3Uri("photos", key), 7, "e1", NOON) for key in (ROWS[0][0], ROWS[3][0])]


def csv_gz():
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for key, latest, marker in ROWS:
        columns = [
            str(latest).lower(),
            str(marker).lower(),
            "7",
            "2026-11-20T12:00:00.000Z",
            "e1",
            "STANDARD",
        ]
        writer.writerow(["photos", quote_plus(key, safe="/"), "v1", *columns])
    return gzip.compress(text.getvalue().encode(), mtime=0)


def parquet(text=None):
    """Return a data file; *text* is the type of the columns with text."""
    keys, latest, markers = zip(*ROWS, strict=True)
    count = len(ROWS)
    table = pa.table(
        {
            "bucket": pa.array(["photos"] * count).cast(text or pa.string()),
            "key": pa.array(keys).cast(text or pa.string()),
            "is_latest": latest,
            "is_delete_marker": markers,
            "size": [7] * count,
            "last_modified_date": pa.array([NOON.replace(tzinfo=None)] * count, pa.timestamp("ms")),
            "e_tag": pa.array(["e1"] * count).cast(text or pa.string()),
            "storage_class": pa.array(["STANDARD"] * count).cast(text or pa.string()),
        }
    )
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def put_report(stage, file_format, body, *, schema=CSV_SCHEMA, **changes):
    key = f"inv/photos/all/data/1.{file_format.lower()}"
    stage.objects.put(S3Uri("analysis", key), body, "application/octet-stream")
    checksum = hashlib.md5(body, usedforsecurity=False).hexdigest()
    report = {
        "sourceBucket": "photos",
        "destinationBucket": "arn:aws:s3:::analysis",
        "version": "2016-11-30",
        "creationTimestamp": "1794877200000",
        "fileFormat": file_format,
        "fileSchema": schema,
        "files": [{"key": key, "size": len(body), "MD5checksum": checksum}],
    }
    stage.objects.put(MANIFEST, json.dumps(report | changes).encode(), "application/json")


@pytest.mark.parametrize(
    ("file_format", "body", "schema"),
    [
        ("CSV", csv_gz(), CSV_SCHEMA),
        ("Parquet", parquet(), PARQUET_SCHEMA),
        ("Parquet", parquet(pa.binary()), PARQUET_SCHEMA),  # a writer that does not mark text as such
    ],
)
def test_a_report_lists_current_versions(stage, file_format, body, schema):
    put_report(stage, file_format, body, schema=schema)
    assert list(iter_inventory(MANIFEST, stage.objects)) == EXPECTED


def test_a_report_of_current_versions_has_fewer_columns(stage):
    body = gzip.compress(b'"photos","a+b.jpg"\n')
    put_report(stage, "CSV", body, schema="Bucket, Key")
    assert list(iter_inventory(MANIFEST, stage.objects)) == [FoundImage(S3Uri("photos", "a b.jpg"))]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_bucket_of_any_aws_partition_is_read(stage, partition):
    put_report(stage, "CSV", csv_gz(), destinationBucket=f"arn:{partition}:s3:::analysis")
    assert list(iter_inventory(MANIFEST, stage.objects)) == EXPECTED


def test_a_data_file_with_another_checksum_is_refused(stage):
    put_report(stage, "CSV", csv_gz())
    stage.objects.put(S3Uri("analysis", "inv/photos/all/data/1.csv"), csv_gz()[:-20], "text/csv")
    with pytest.raises(BadInventory, match="MD5"):
        list(iter_inventory(MANIFEST, stage.objects))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fileFormat": "ORC"}, "ORC; configure the inventory for CSV or Parquet"),
        ({"fileSchema": "Bucket, Size"}, "argument"),
        ({"files": 7}, "files"),
    ],
)
def test_an_unusable_report_is_refused_with_the_reason(stage, changes, message):
    put_report(stage, "CSV", csv_gz(), **changes)
    with pytest.raises(BadInventory, match=message):
        list(iter_inventory(MANIFEST, stage.objects))


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"later": ' + b"[" * 100_000])
def test_a_file_that_is_not_a_report_is_refused(stage, body):
    stage.objects.put(MANIFEST, body, "application/json")
    with pytest.raises(BadInventory, match=str(MANIFEST)):
        list(iter_inventory(MANIFEST, stage.objects))


def test_a_parquet_report_without_pyarrow_says_what_to_install(stage, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    put_report(stage, "Parquet", parquet(), schema=PARQUET_SCHEMA)
    with pytest.raises(ExtraMissing):
        list(iter_inventory(MANIFEST, stage.objects))


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b'"photos","a%FF.jpg"\n', mtime=0),
        gzip.compress(b"", mtime=0)[:10] + b"\xff" * 20,
        b"\x1f\x8b",
    ],
)
def test_a_damaged_data_file_is_refused_by_name(stage, body):
    put_report(stage, "CSV", body, schema="Bucket, Key")
    with pytest.raises(BadInventory, match=r"data/1\.csv"):
        list(iter_inventory(MANIFEST, stage.objects))


@pytest.mark.parametrize(
    "column",
    [
        *(
            {"bucket": [None]},
            {"bucket": [""]},
            {"bucket": ["photos/uploads"]},
            {"key": [None]},
            {"key": [""]},
        ),
        *({"e_tag": [7]}, {"size": [[7]]}, {"last_modified_date": [7]}),
    ],
)
def test_a_row_that_names_no_object_or_has_a_value_of_another_type_is_refused(stage, column):
    file = io.BytesIO()
    pq.write_table(pa.table({"bucket": ["photos"], "key": ["a.jpg"]} | column), file)
    put_report(stage, "Parquet", file.getvalue(), schema=PARQUET_SCHEMA)

    with pytest.raises(BadInventory, match=r"data/1\.parquet"):
        list(iter_inventory(MANIFEST, stage.objects))


@pytest.mark.parametrize("created", ["9" * 25, "9" * 400, "soon", None])
def test_a_report_with_an_odd_time_is_read(stage, created):
    put_report(stage, "CSV", csv_gz(), creationTimestamp=created)
    assert list(iter_inventory(MANIFEST, stage.objects)) == EXPECTED


def test_a_report_says_which_objects_are_archived(stage):
    body = gzip.compress(gzip.decompress(csv_gz()).replace(b"STANDARD", b"DEEP_ARCHIVE"))
    put_report(stage, "CSV", body)
    assert all(found.is_archived for found in iter_inventory(MANIFEST, stage.objects))
