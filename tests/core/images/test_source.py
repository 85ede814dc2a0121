import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument, InvalidS3Uri
from airflow_provider_rekmedia.core.images.source import (
    Images,
    Inventories,
    ListFiles,
    Prefixes,
    parse_source,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("s3://b/uploads/", Prefixes),
        ("s3://b/uploads", Prefixes),
        ("s3://b", Prefixes),
        (["s3://b/x/", "s3://c/y/"], Prefixes),
        ("s3://b/cat.JPG", Images),
        (["s3://b/cat.jpg", "s3://b/no-suffix"], Images),
        ([], Images),
        ("s3://b/new.txt", ListFiles),
        ("s3://b/new.csv.gz", ListFiles),
        (("s3://b/1.jsonl", "s3://b/2.parquet", "s3://b/3.NDJSON.gz"), ListFiles),
        ("s3://dest/src/cfg/2026-11-20T01-00Z/manifest.json", Inventories),
        (["s3://dest/a/manifest.json", "s3://dest/b/manifest.json"], Inventories),
        ("s3://my.photos", Prefixes),
        ("s3://b/v1.2/uploads", Prefixes),
        ("s3://b/list.json/", Prefixes),
        ("s3://b/photo[1].jfif", Images),
    ],
)
def test_the_end_of_a_uri_decides_the_kind_of_source(value, kind):
    assert isinstance(parse_source(value), kind)


def test_prefixes_below_others_are_dropped():
    value = ["s3://b/x/y/", "s3://b/x", "s3://b/xy/", "s3://a", "s3://b/x/"]
    assert parse_source(value).prefixes == (S3Uri("a", ""), S3Uri("b", "x/"), S3Uri("b", "xy/"))


def test_images_keep_their_order_and_their_duplicates():
    uris = ["s3://b/2.jpg", "s3://b/1.jpg", "s3://b/2.jpg"]
    assert list(map(str, parse_source(uris).images)) == uris


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (["s3://b/cat.jpg", "s3://b/uploads/"], "mixes kinds"),
        (["s3://b/cat.jpg", "s3://b/list.csv"], "mixes kinds"),
        (["s3://b/list.csv", "s3://b/uploads/"], "mixes kinds"),
        (["s3://b/a/manifest.json", "s3://b/uploads/"], "mixes kinds"),
        (["s3://b/a/manifest.json", "s3://b/list.csv"], "mixes kinds"),
        (["s3://b/a/manifest.json", "s3://b/cat.jpg"], "mixes kinds"),
        ("s3://b/list.json", "a slash at its end"),
        ("s3://b/manifest.checksum", "a slash at its end"),
        (["s3://b/uploads/", "s3://b/cat.webp"], "a slash at its end"),
        ('["s3://b/cat.jpg"]', "rendered to text"),
        (7, "not a uri or a list"),
    ],
)
def test_an_ambiguous_source_is_refused_with_a_reason(value, problem):
    with pytest.raises(InvalidArgument, match=problem):
        parse_source(value)


@pytest.mark.parametrize(
    "value", ["uploads/", ["s3://b/\ud800.jpg"], ["s3://b/cat.jpg", "cat.jpg"], [None], ["http://b/x/"]]
)
def test_a_malformed_uri_is_refused(value):
    with pytest.raises(InvalidS3Uri):
        parse_source(value)


@pytest.mark.parametrize(
    ("value", "source", "pattern"),
    [
        ("s3://b/uploads/*.jpg", "s3://b/uploads/", "uploads/*.jpg"),
        ("s3://b/uploads/*", "s3://b/uploads/", "uploads/*"),
        ("s3://b/up*/2026/", "s3://b/", "up*/2026/"),
        (["s3://b/a.jpg", "s3://b/b?.jpg"], "s3://b/", "b?.jpg"),
    ],
)
def test_a_glob_is_refused_and_the_pattern_is_suggested(value, source, pattern):
    with pytest.raises(InvalidArgument) as caught:
        parse_source(value)
    assert f"write source='{source}' and pattern='{pattern}'" in str(caught.value)
