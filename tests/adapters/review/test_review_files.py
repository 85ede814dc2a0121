"""The files of a review in S3: written once, and checked when they are read."""

import pytest
from core.review.items import item, queue
from core.review.test_queue_decisions import decided
from core.review.test_review_plan import PLAN
from fuzz.memory_s3 import MemoryS3
from msgspec import structs

from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidArgument, UnreadableReview
from airflow_provider_rekmedia.core.review.queue import parse_queue_uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri

URI = S3Uri("ops", "run/plans/p.json")


@pytest.fixture
def s3():
    return MemoryS3()


@pytest.fixture
def files(s3):
    return ReviewFiles(S3Objects(s3), S3Uri("ops", "run/"))


def test_the_first_plan_counts(files):
    assert files.read_plan(URI) is None
    assert files.write_plan(URI, PLAN) == PLAN

    assert files.write_plan(URI, structs.replace(PLAN, run_id="other")) == PLAN
    assert files.read_plan(URI) == PLAN


def test_a_queue_is_read_back_with_its_copies(files):
    copies = {item().uri: ["s3://photos/b.jpg"], "s3://photos/other.jpg": ["s3://photos/c.jpg"]}

    planned = files.write_queue(queue(), copies)

    assert files.read_queue(parse_queue_uri(planned.uri)) == queue()
    assert files.read_duplicates(planned.checksum) == {item().uri: ["s3://photos/b.jpg"]}


def test_a_queue_without_copies_has_no_file_of_copies(files, s3):
    planned = files.write_queue(queue(), {})

    assert list(s3.objects) == [planned.uri]
    assert files.read_duplicates(planned.checksum) == {}


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"a": ' + b"[" * 100_000])
def test_a_damaged_file_of_copies_is_an_error_that_names_it(files, s3, body):
    s3.objects["s3://ops/run/duplicates/sum.json"] = body

    with pytest.raises(UnreadableReview, match=r"duplicates/sum\.json"):
        files.read_duplicates("sum")


def test_a_queue_with_other_bytes_is_refused(files, s3):
    planned = files.write_queue(queue(), {})
    s3.objects[planned.uri] = b"{}"

    with pytest.raises(UnreadableReview, match="checksum"):
        files.read_queue(parse_queue_uri(planned.uri))


def test_a_missing_queue_is_an_error(files):
    with pytest.raises(InvalidArgument, match="no such queue"):
        files.read_queue(parse_queue_uri(f"s3://ops/run/queues/00000-{'a' * 64}.json"))


def test_decisions_are_written_once(files):
    assert files.read_decisions("sum") is None
    assert files.write_decisions(decided()) is True

    assert files.write_decisions(decided(reviewer_id="other")) is False
    assert files.read_decisions("sum") == decided()
