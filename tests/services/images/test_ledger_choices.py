from datetime import UTC, datetime

import pytest
from adapters.test_ledger import entry

from airflow_provider_rekmedia.core.errors import AccessDenied
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import SkipReason
from airflow_provider_rekmedia.core.images.ledger import attempts_or_skip_reason
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.images.ledger_choices import iter_choices, iter_current_choices

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def image(name="a.jpg", etag="e1"):
    return FoundImage(S3Uri("photos", name), 10, etag, AT)


def decide(found, known):
    return attempts_or_skip_reason(found, known, scan="", max_attempts=3)


class Bucket:
    def __init__(self, *images):
        self.images = {found.uri: found for found in images}
        self.fetched = []

    def find_image(self, uri):
        self.fetched.append(uri.key)
        return self.images.get(uri)


def choose(listed, known, bucket, fresh=()):
    fresh = set(fresh)
    chosen = list(iter_current_choices(listed, known, decide, find_image=bucket.find_image, fresh=fresh))
    assert not fresh
    return chosen


def test_an_image_of_an_old_list_is_not_analyzed_again_if_its_newest_bytes_are_known():
    bucket = Bucket(image(etag="now"))
    assert choose([image(etag="old")], [entry("a.jpg", etag="now")], bucket) == [
        (image(etag="now"), SkipReason.ALREADY_ANALYZED)
    ]


def test_an_image_of_an_old_list_is_recorded_as_it_is_now():
    assert choose([image(etag="old")], [], Bucket(image(etag="now"))) == [(image(etag="now"), 0)]


def test_an_image_of_an_old_list_may_be_gone():
    assert choose([image()], [], Bucket()) == [(image(), SkipReason.MISSING)]


def test_an_image_that_is_skipped_anyway_is_not_fetched():
    bucket = Bucket(image())
    assert choose([image()], [entry("a.jpg", etag="e1")], bucket) == [(image(), SkipReason.ALREADY_ANALYZED)]
    assert not bucket.fetched


def test_an_image_that_was_fetched_is_not_fetched_again():
    bucket = Bucket(image())
    listed = [image(f"{number:03}.jpg") for number in range(200)]
    assert len(choose(listed, [], bucket, fresh={found.uri for found in listed})) == 200
    assert not bucket.fetched


def test_an_image_that_must_not_be_fetched_stays_as_listed():
    class Denied(Bucket):
        def find_image(self, uri):
            raise AccessDenied(operation="HeadObject", code="403", message="", request_id="")

    assert choose([image()], [], Denied()) == [(image(), 0)]


@pytest.mark.parametrize(("etag", "choice"), [("e1", SkipReason.ALREADY_ANALYZED), ("e2", 0)])
def test_an_image_of_a_listing_is_decided_as_it_was_listed(etag, choice):
    assert list(iter_choices([image()], [entry("a.jpg", etag=etag)], decide)) == [(image(), choice)]
