import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix, parse_s3_uri

# UTF-8 has no half of a surrogate pair, and keys are UTF-8.
buckets = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1)
keys = st.text(st.characters(exclude_categories=["Cs"]))


@given(bucket=buckets, key=keys.filter(bool))
def test_the_uri_of_any_object_round_trips(bucket, key):
    assert parse_s3_uri(str(S3Uri(bucket, key))) == S3Uri(bucket, key)


@given(bucket=buckets, key=keys)
def test_a_prefix_is_empty_or_ends_in_a_slash_and_round_trips(bucket, key):
    prefix = parse_s3_prefix(f"s3://{bucket}/{key}")
    assert prefix.key in {key, key + "/"}
    assert prefix.key == "" or prefix.key.endswith("/")
    assert parse_s3_prefix(str(prefix)) == prefix


@pytest.mark.parametrize(
    ("uri", "prefix"),
    [
        ("s3://b", S3Uri("b", "")),
        ("s3://b/", S3Uri("b", "")),
        ("s3://b/a", S3Uri("b", "a/")),
        ("s3://b/a/b/", S3Uri("b", "a/b/")),
    ],
)
def test_a_prefix_may_lack_its_slash(uri, prefix):
    assert parse_s3_prefix(uri) == prefix


def test_a_key_is_not_decoded():
    assert parse_s3_uri("s3://b/a%20b?x=1#y//z") == S3Uri("b", "a%20b?x=1#y//z")


def test_join_returns_an_object_under_a_prefix():
    assert str(parse_s3_prefix("s3://b/a").join("c/d.json")) == "s3://b/a/c/d.json"
    assert str(parse_s3_prefix("s3://b").join("d.json")) == "s3://b/d.json"


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        (None, "it is a NoneType, not text"),
        (5, "it is a int, not text"),
        ("", "does not start with s3://"),
        ("b/key", "does not start with s3://"),
        ("s3://arn:aws:s3:us-east-1:123456789012:accesspoint/ap/key", "Rekognition does not accept"),
        ("S3://b/key", "does not start with s3://"),
        ("https://b.s3.amazonaws.com/key", "does not start with s3://"),
        ("s3://", "names no bucket"),
        ("s3:///key", "names no bucket"),
        ("s3://b/\ud800.jpg", "half a surrogate pair"),
    ],
)
def test_a_malformed_uri_is_refused_with_the_correct_form(uri, problem):
    for parse in (parse_s3_uri, parse_s3_prefix):
        with pytest.raises(InvalidS3Uri, match=problem) as caught:
            parse(uri)
        assert "Write it as s3://bucket/key." in str(caught.value)


@pytest.mark.parametrize("uri", ["s3://b", "s3://b/"])
def test_a_bucket_without_a_key_is_not_an_object(uri):
    with pytest.raises(InvalidS3Uri, match="names a bucket but no key"):
        parse_s3_uri(uri)
