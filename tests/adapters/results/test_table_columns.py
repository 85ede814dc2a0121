"""What is made of results, as pyarrow reads it back in plain values."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from airflow_provider_rekmedia.adapters.results.table_columns import (
    failure_columns,
    image_columns,
    images_schema,
    label_columns,
    labels_schema,
    listed_columns,
    uri_columns,
)
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.results.image_result import decode_result_line
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL, verdicts

CLEAN = b"""{"source-ref": "s3://b/clean.jpg", "detect-moderation-labels": {"ModerationLabels": []}}"""
SMOKING = b"""{"source-ref": "s3://b/smoking.jpg", "detect-moderation-labels": {
    "ModerationLabels": [
        {"Name": "Smoking", "Confidence": 99.5, "ParentName": "Drugs & Tobacco", "TaxonomyLevel": 3},
        {"Name": "Drugs & Tobacco", "Confidence": 99.5, "ParentName": "", "TaxonomyLevel": 1}],
    "ContentTypes": [{"Name": "Illustrated", "Confidence": 75}]}}"""


@pytest.fixture
def images():
    results = [decode_result_line(line, 1) for line in (CLEAN, SMOKING)]
    return image_columns(images_schema(), results, verdicts(results, ANY_LABEL))


def test_an_image_is_a_row_with_all_its_labels(images):
    clean, smoking = pa.table(images).to_pylist()

    assert (clean["uri"], clean["verdict"], clean["top_label"], clean["confidence"]) == (
        "s3://b/clean.jpg",
        "allow",
        None,
        None,
    )
    assert clean["labels"] == clean["content_types"] == []
    assert (smoking["verdict"], smoking["top_label"], smoking["confidence"]) == ("review", "Smoking", 99.5)
    assert smoking["labels"] == [
        {"name": "Smoking", "parent": "Drugs & Tobacco", "level": 3, "confidence": 99.5},
        {"name": "Drugs & Tobacco", "parent": None, "level": 1, "confidence": 99.5},
    ]
    assert smoking["content_types"] == [{"name": "Illustrated", "confidence": 75.0}]


def test_the_columns_have_the_types_of_the_schema(images):
    assert all(column.type == images_schema().field(name).type for name, column in images.items())
    assert all(
        column.type == labels_schema().field(name).type for name, column in label_columns(images).items()
    )


def test_a_label_is_a_row_with_its_images_uri_and_verdict(images):
    assert pa.table(label_columns(images)).to_pylist() == [
        {"uri": "s3://b/smoking.jpg", "verdict": "review", "label": name, "parent": parent, "level": level}
        | {"confidence": 99.5}
        for name, parent, level in (("Smoking", "Drugs & Tobacco", 3), ("Drugs & Tobacco", None, 1))
    ]


def test_a_failure_is_a_row_with_its_reason():
    (row,) = pa.table(
        failure_columns([ImageFailure("s3://b/x", "X", "no")], ANY_LABEL.not_analyzed_verdict)
    ).to_pylist()

    assert row == {
        "uri": "s3://b/x",
        "verdict": "review",
        "rule": "not_analyzed",
        "error_code": "X",
        "error_message": "no",
    }


def test_an_images_listing_is_in_its_row():
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    listed = {"s3://b/a": ShardEntry("s3://b/a", "e1", 0, "", noon, 12)}

    rows = pa.table(listed_columns(pa.array(["s3://b/a", "s3://b/b", None]), listed)).to_pylist()

    unknown = {"etag": None, "size_bytes": None, "last_modified": None}
    assert rows == [{"etag": "e1", "size_bytes": 12, "last_modified": noon}, unknown, unknown]


@pytest.mark.parametrize(
    ("uris", "buckets", "keys"),
    [
        (["s3://b/a/1", "s3://b/2"], ["b", "b"], ["a/1", "2"]),
        (["s3://b/1", "s3://c/2"], ["b", "c"], ["1", "2"]),
        (["s3://b/1", None], ["b", None], ["1", None]),
        ([None, "s3://b/1", "s3://bb/1"], [None, "b", "bb"], [None, "1", "1"]),
        (["https://b/1", "s3://b/\u00e9"], [None, "b"], [None, "\u00e9"]),
        ([None], [None], [None]),
        (["s3://b/k", "s3://b/", "s3:///k"], ["b", None, None], ["k", None, None]),
        (["s3://b/k", "s3://b/"], ["b", None], ["k", None]),
    ],
)
def test_an_s3_uri_is_split_into_bucket_and_key(uris, buckets, keys):
    columns = uri_columns(pa.array(uris, pa.string()))

    assert columns["bucket"].to_pylist() == buckets
    assert columns["key"].to_pylist() == keys


@pytest.mark.parametrize("schema", [images_schema(), labels_schema()])
def test_athena_and_glue_know_every_type(schema):
    kinds = {str(column.type) for column in schema}
    assert all(
        kind.startswith(("string", "float", "int8", "int64", "list<", "timestamp[us")) for kind in kinds
    )
