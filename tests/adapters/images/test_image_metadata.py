import threading
from itertools import count, islice

import pytest
from msgspec.structs import replace

from airflow_provider_rekmedia.adapters.images.image_metadata import iter_with_metadata
from airflow_provider_rekmedia.core.errors import AccessDenied
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

IMAGES = [FoundImage(S3Uri("photos", f"{number:03}.jpg")) for number in range(200)]


def always(image):
    return True


def test_images_keep_their_order_if_responses_do_not():
    first = threading.Event()

    def fetch(uri):
        if uri == IMAGES[0].uri:
            first.wait(5)
        elif uri == IMAGES[5].uri:
            first.set()
        return FoundImage(uri, 7)

    found = list(iter_with_metadata(IMAGES, fetch, is_needed=always))
    assert found == [(image, replace(image, size_bytes=7)) for image in IMAGES]


def test_only_needed_metadata_is_fetched_and_a_missing_image_is_none():
    fetched = []
    found = list(iter_with_metadata(IMAGES[:2], fetched.append, is_needed=lambda image: image is IMAGES[1]))
    assert found == [(IMAGES[0], IMAGES[0]), (IMAGES[1], None)]
    assert found[0][1] is IMAGES[0]
    assert fetched == [IMAGES[1].uri]


def test_an_endless_source_is_read_only_a_little_ahead():
    read = []

    def images():
        for number in count():
            read.append(number)
            yield IMAGES[number % 200]

    images_with_metadata = iter_with_metadata(images(), lambda uri: FoundImage(uri, 1), is_needed=always)
    assert len(list(islice(images_with_metadata, 10))) == 10
    images_with_metadata.close()
    assert len(read) <= 10 + 64
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rekmedia-look")]


def test_an_error_is_raised_to_the_reader_of_the_images():
    def fetch(uri):
        raise AccessDenied(operation="HeadObject", code="403", message="Forbidden")

    with pytest.raises(AccessDenied):
        next(iter_with_metadata(IMAGES, fetch, is_needed=always))


def test_find_image_returns_what_a_listing_has(stage):
    (listed,) = stage.objects.iter_objects(S3Uri("photos", "0.jpg"))
    assert stage.objects.find_image(listed.uri) == listed
    assert stage.objects.find_image(S3Uri("photos", "none.jpg")) is None
