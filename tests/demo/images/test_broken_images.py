"""There are three files of each kind of fault."""

from collections import Counter
from random import Random

from airflow_provider_rekmedia.demo.images.broken_images import iter_broken_images


def test_there_are_three_files_of_each_fault():
    faults = Counter(image.fault for image in iter_broken_images(Random(1)))  # noqa: S311 - a seed, no secret

    assert faults == {"webp-inside": 3, "half-uploaded": 3, "thumbnail": 3}


def test_the_file_that_claims_to_be_jpeg_is_webp():
    images = [image for image in iter_broken_images(Random(1)) if image.fault == "webp-inside"]  # noqa: S311 - a seed, no secret

    assert {(image.suffix, image.content_type) for image in images} == {(".jpg", "image/jpeg")}
    assert all(image.body[8:12] == b"WEBP" for image in images)
