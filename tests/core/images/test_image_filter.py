from datetime import UTC, datetime, timedelta

import pytest
from core.truth import limits
from msgspec.structs import replace

from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter, SkipReason, has_image_suffix
from airflow_provider_rekmedia.core.s3_uri import S3Uri

MEGABYTE = limits("ImageBlob")["max"] // 5
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
IMAGE = FoundImage(S3Uri("photos", "uploads/2026/cat.jpg"), 1000, "e1", NOON)


@pytest.mark.parametrize("key", ["a.jpg", "a.JPG", "a.jpeg", "a.Jpeg", "a.png", "a.b.PNG", "a.jfif", "a.jpe"])
def test_jpeg_and_png_are_images_in_any_case(key):
    assert has_image_suffix(key)


@pytest.mark.parametrize("key", ["a.webp", "a.gif", "jpg", "a.jpg.txt", "a.jpg/", "a.tiff", ""])
def test_other_suffixes_are_not_images(key):
    assert not has_image_suffix(key)


def test_the_suffix_is_checked_before_other_conditions():
    notes = FoundImage(S3Uri("photos", "notes.txt"), 0)
    assert ImageFilter(pattern="*.jpg").reason_to_skip(notes) is SkipReason.NOT_JPEG_OR_PNG


def test_without_conditions_an_image_is_analyzed():
    assert ImageFilter().reason_to_skip(IMAGE) is None


@pytest.mark.parametrize(
    ("size_bytes", "reason"),
    # "Maximum image size stored as an Amazon S3 object is limited to 15 MB. … Up to 5 MB … as raw bytes":
    # https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
    [(0, SkipReason.EMPTY), (1, None), (MEGABYTE * 15, None), (MEGABYTE * 15 + 1, SkipReason.TOO_LARGE)],
)
def test_empty_and_too_large_images_are_skipped(size_bytes, reason):
    assert ImageFilter().reason_to_skip(replace(IMAGE, size_bytes=size_bytes)) is reason


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("uploads/*.jpg", True),
        ("uploads/2026/*", True),
        ("*/cat.jp[ge]", True),
        ("uploads/????/cat.jpg", True),
        ("UPLOADS/*", False),
        ("cat.jpg", False),
        ("uploads", False),
    ],
)
def test_the_pattern_is_a_glob_on_the_whole_key(pattern, matches):
    reason = ImageFilter(pattern=pattern).reason_to_skip(IMAGE)
    assert reason is (None if matches else SkipReason.PATTERN)


def test_a_pattern_matches_a_key_with_a_newline():
    assert ImageFilter(pattern="*.jpg").reason_to_skip(FoundImage(S3Uri("b", "a\nb.jpg"))) is None


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ({"min_bytes": 1000, "max_bytes": 1000}, None),
        ({"min_bytes": 1001}, SkipReason.BELOW_MIN_BYTES),
        ({"max_bytes": 999}, SkipReason.ABOVE_MAX_BYTES),
        ({"modified_after": NOON, "modified_before": NOON + timedelta(seconds=1)}, None),
        ({"modified_after": NOON + timedelta(seconds=1)}, SkipReason.MODIFIED_BEFORE_WINDOW),
        ({"modified_before": NOON}, SkipReason.MODIFIED_AFTER_WINDOW),
    ],
)
def test_sizes_are_inclusive_and_the_end_of_a_time_window_is_exclusive(conditions, reason):
    assert ImageFilter(**conditions).reason_to_skip(IMAGE) is reason


def test_an_unknown_value_skips_nothing():
    conditions = ImageFilter(min_bytes=5, max_bytes=6, modified_after=NOON, modified_before=NOON)
    assert conditions.reason_to_skip(FoundImage(S3Uri("photos", "a.jpg"))) is None


@pytest.mark.parametrize(
    ("conditions", "unknown"),
    [
        ({"modified_after": NOON}, {"modified_at": None}),
        ({"modified_before": NOON}, {"modified_at": None}),
        ({"min_bytes": 1}, {"size_bytes": None}),
        ({"max_bytes": 1}, {"size_bytes": None}),
    ],
)
def test_a_filter_needs_more_if_the_source_lacks_a_value(conditions, unknown):
    bare = replace(IMAGE, size_bytes=None, modified_at=None)
    assert ImageFilter(**conditions).needs_more(replace(IMAGE, **unknown))
    assert not ImageFilter(**conditions).needs_more(IMAGE)
    assert not ImageFilter(pattern="*").needs_more(bare)


NO_EXTENSION = "uploads.d/0b7e5a3c-3a8e-4c8e-9a63-0c7b3a1e2f4d"


@pytest.mark.parametrize(
    ("extensions", "key", "is_accepted"),
    [
        ({}, "a.jfif", True),
        ({}, NO_EXTENSION, True),
        ({}, "uploads/", False),
        ({}, ".keep", False),
        ({}, "a.webp", False),
        ({"extensions": frozenset({".webp"})}, "a.WEBP", True),
        ({"extensions": frozenset({".webp"})}, "a.jpg", False),
        ({"extensions": frozenset({".webp"})}, NO_EXTENSION, False),
        ({"extensions": frozenset({""})}, NO_EXTENSION, True),
        ({"extensions": frozenset({""})}, "a.jpg", False),
        ({"extensions": None}, "a.webp", True),
    ],
)
def test_the_name_of_a_key_decides_if_it_may_be_an_image(extensions, key, is_accepted):
    reason = ImageFilter(**extensions).reason_to_skip(FoundImage(S3Uri("b", key)))
    assert reason is (None if is_accepted else SkipReason.NOT_JPEG_OR_PNG)
