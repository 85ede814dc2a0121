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


def test_images_come_in_their_order_whatever_is_answered_first():
    first = threading.Event()

    def look(uri):
        if uri == IMAGES[0].uri:
            first.wait(5)
        elif uri == IMAGES[5].uri:
            first.set()
        return FoundImage(uri, 7)

    told = list(iter_with_metadata(IMAGES, look, is_needed=always))
    assert told == [(image, replace(image, size_bytes=7)) for image in IMAGES]


def test_only_what_is_needed_is_looked_up_and_what_is_not_there_is_none():
    asked = []
    told = list(iter_with_metadata(IMAGES[:2], asked.append, is_needed=lambda image: image is IMAGES[1]))
    assert told == [(IMAGES[0], IMAGES[0]), (IMAGES[1], None)]
    assert told[0][1] is IMAGES[0]
    assert asked == [IMAGES[1].uri]


def test_a_source_without_end_is_read_only_a_little_ahead():
    read = []

    def images():
        for number in count():
            read.append(number)
            yield IMAGES[number % 200]

    looked = iter_with_metadata(images(), lambda uri: FoundImage(uri, 1), is_needed=always)
    assert len(list(islice(looked, 10))) == 10
    looked.close()
    assert len(read) <= 10 + 64
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rekmedia-look")]


def test_a_refusal_is_raised_where_the_images_are_read():
    def look(uri):
        raise AccessDenied(operation="HeadObject", code="403", message="Forbidden")

    with pytest.raises(AccessDenied):
        next(iter_with_metadata(IMAGES, look, is_needed=always))


def test_a_look_tells_what_a_listing_tells(stage):
    (listed,) = stage.objects.iter_objects(S3Uri("photos", "0.jpg"))
    assert stage.objects.find_image(listed.uri) == listed
    assert stage.objects.find_image(S3Uri("photos", "none.jpg")) is None
