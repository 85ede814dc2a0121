"""Invalidation paths have the encoding that CloudFront documents."""

import pytest

from airflow_provider_rekmedia.core.actions.invalidation import invalidation_path, parse_origin_path


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a.jpg", "/a.jpg"),
        ("a b~.jpg", "/a%20b%7E.jpg"),
        ("ü/雪.jpg", "/%C3%BC/%E9%9B%AA.jpg"),
        ("50%?#.jpg", "/50%25%3F%23.jpg"),
        ('<>"{}|\\^[]`', "/%3C%3E%22%7B%7D%7C%5C%5E%5B%5D%60"),
        ("!$&'()*+,;=:@-._", "/!$&'()*+,;=:@-._"),
        ("/double//slash", "//double//slash"),
        ("\n\x00", "/%0A%00"),
    ],
)
def test_only_unsafe_characters_are_encoded(key, path):
    assert invalidation_path(key, "") == path


@pytest.mark.parametrize(
    ("given", "prefix"), [("/", ""), ("/public", "public/"), ("public/", "public/"), ("/a/b/", "a/b/")]
)
def test_an_origin_path_is_a_prefix_of_keys(given, prefix):
    assert parse_origin_path(given) == prefix


def test_an_object_outside_of_the_origin_path_has_no_path():
    assert invalidation_path("public/a.jpg", "public/") == "/a.jpg"
    assert invalidation_path("publicity/a.jpg", "public/") is None
