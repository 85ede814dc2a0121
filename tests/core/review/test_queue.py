"""How a review queue is stored, and how a damaged one is reported."""

import json

import pytest
from core.review.items import item, queue

from airflow_provider_rekmedia.core.errors import InvalidArgument, InvalidS3Uri, UnreadableReview
from airflow_provider_rekmedia.core.review.queue import (
    Sample,
    Stratum,
    check_prefix,
    decode_queue,
    encode_queue,
    parse_queue_uri,
    queue_checksum,
    queue_uri,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def test_a_queue_is_read_back_as_it_was_written():
    audit = item("b.jpg", sample=Sample.AUDIT, stratum=Stratum.NEAR, inclusion_probability=0.25)
    written = queue(item(), audit)

    assert decode_queue(encode_queue(written), "s3://ops/q.json") == written


def test_the_same_queue_has_the_same_bytes():
    assert encode_queue(queue()) == encode_queue(queue())


def test_the_checksum_is_the_sha_256_of_the_bytes():
    # printf abc | sha256sum
    assert queue_checksum(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_name_of_a_queue_contains_its_checksum():
    uri = queue_uri(S3Uri("ops", "review/run/"), 3, "abc")

    assert str(uri) == "s3://ops/review/run/queues/00003-abc.json"


def test_fields_of_a_later_release_are_ignored():
    document = json.loads(encode_queue(queue())) | {"later": 1}

    assert decode_queue(json.dumps(document).encode(), "s3://ops/q.json") == queue()


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"\xff", b"[" * 100_000, b'{"version": 2}'])
def test_a_damaged_queue_is_an_error_that_names_the_file(body):
    with pytest.raises(UnreadableReview, match=r"s3://ops/q\.json"):
        decode_queue(body, "s3://ops/q.json")


@pytest.mark.parametrize("folder", ["", "review/run/", "a\nqueues/1/"])
def test_the_uri_of_a_queue_says_its_folder_and_checksum(folder):
    uri = queue_uri(S3Uri("ops", folder), 3, "a" * 64)

    assert parse_queue_uri(str(uri)) == (uri, S3Uri("ops", folder), "a" * 64)


@pytest.mark.parametrize("value", ["s3://ops/q.json", f"s3://ops/xqueues/1-{'a' * 64}.json", None, 5])
def test_another_uri_is_refused(value):
    with pytest.raises(InvalidArgument, match="not the uri of a review queue"):
        parse_queue_uri(value)


def test_text_that_is_no_s3_uri_is_refused():
    with pytest.raises(InvalidS3Uri):
        parse_queue_uri("queues/1.json")


@pytest.mark.parametrize("review", [None, S3Uri("ops", "review/"), S3Uri("ops", "")])
def test_a_queue_below_the_prefix_of_reviews_passes(review):
    check_prefix(S3Uri("ops", "review/run/queues/0.json"), review)


@pytest.mark.parametrize("review", [S3Uri("ops", "reviews/"), S3Uri("other", "review/")])
def test_a_queue_elsewhere_is_refused(review):
    with pytest.raises(InvalidArgument, match="argument review"):
        check_prefix(S3Uri("ops", "review/run/queues/0.json"), review)
