"""The sample images match their names and metadata."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from airflow_provider_rekmedia.core.taxonomy import CONTENT_TYPES, PARENT_OF
from airflow_provider_rekmedia.demo.images.sample_images import iter_sample_files

DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def files():
    return list(iter_sample_files("uploads/", day=DAY))


def named(files, word):
    return [file for file in files if f"/{word}-" in file.key]


def opened(file):
    return Image.open(BytesIO(file.body))


def test_there_are_about_two_hundred_small_files(files):
    assert 190 <= len(files) <= 210
    assert sum(len(file.body) for file in files) < 4_000_000


def test_every_run_creates_the_same_files(files):
    assert list(iter_sample_files("uploads/", day=DAY)) == files


def test_keys_are_unique(files):
    assert len({file.key for file in files}) == len(files)


def test_there_are_jpeg_and_png_of_several_sizes(files):
    pictures = named(files, "portrait") + named(files, "landscape")

    assert {opened(file).format for file in pictures} == {"JPEG", "PNG"}
    assert len({opened(file).size for file in pictures}) >= 5


@pytest.mark.parametrize(
    "subject", ["landscape", "portrait", "beach", "wine", "casino", "cigarette", "pills", "comic"]
)
def test_a_picture_is_complete_and_its_format_matches_its_name(files, subject):
    for file in named(files, subject):
        image = opened(file)
        image.load()
        assert file.key.endswith({"JPEG": ".jpg", "PNG": ".png"}[image.format])
        assert min(image.size) >= 80


def test_some_files_have_a_wrong_suffix(files):
    assert {opened(file).format for file in named(files, "webp-inside")} == {"WEBP"}
    assert all(file.key.endswith(".jpg") for file in named(files, "webp-inside"))


def test_some_files_are_truncated(files):
    for file in named(files, "half-uploaded"):
        with pytest.raises(OSError, match="truncated"):
            opened(file).load()


def test_some_images_are_too_small_for_rekognition(files):
    assert {max(opened(file).size) < 80 for file in named(files, "thumbnail")} == {True}


def test_most_files_are_of_the_day_and_some_of_the_days_around_it(files):
    days = Counter((file.uploaded_at - DAY) // timedelta(days=1) for file in files)

    assert set(days) == {-1, 0, 1}
    assert days[0] > 150


def test_labels_and_content_types_are_in_the_taxonomy(files):
    declared = Counter(
        (kind, entry.partition("=")[0])
        for file in files
        for kind, entries in file.metadata.items()
        for entry in entries.split("; ")
    )

    assert {name for kind, name in declared if kind == "rekmedia-labels"} < set(PARENT_OF)
    assert {name for kind, name in declared if kind == "rekmedia-content-types"} < set(CONTENT_TYPES)
