"""What names verdict files, and the prefixes of a source."""

import pytest

from airflow_provider_rekmedia.core.actions.verdict_input import parse_source_prefixes, parse_verdict_files
from airflow_provider_rekmedia.core.errors import InvalidArgument, InvalidS3Uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ({"version": 1, "uris": ["s3://a/b"], "images": 1, "run_images": 7}, (("s3://a/b",), 7)),
        ({"uris": []}, ((), None)),
        ({"uris": ["s3://a/b"], "run_images": "7"}, (("s3://a/b",), None)),
        ("s3://a/b", (("s3://a/b",), None)),
        (["s3://a/b", "s3://a/c"], (("s3://a/b", "s3://a/c"), None)),
    ],
)
def test_an_xcom_or_uris_are_verdict_files(value, parsed):
    assert parse_verdict_files(value) == parsed


@pytest.mark.parametrize("value", [None, "None", 7, {"images": 1}, b"s3://a/b"])
def test_anything_else_is_refused(value):
    with pytest.raises(InvalidArgument, match="names no verdict files"):
        parse_verdict_files(value)


def test_a_uri_must_be_one():
    with pytest.raises(InvalidS3Uri):
        parse_verdict_files(["verdicts.jsonl"])


def test_only_prefixes_contain_what_is_copied_later():
    assert parse_source_prefixes("s3://a/b/") == (S3Uri("a", "b/"),)
    assert parse_source_prefixes("s3://a/list.txt") == ()
    assert parse_source_prefixes("None") == ()
