from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.images.empty_source import check_window, problem_of_source
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
from airflow_provider_rekmedia.core.images.source import parse_source

PREFIX = parse_source("s3://b/uploads")
INVENTORY = parse_source("s3://b/a/manifest.json")
LIST = parse_source("s3://b/a.txt")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "skipped", "problem"),
    [
        (PREFIX, {}, "it has no object at all below s3://b/uploads/ "),
        (INVENTORY, {}, "it has no object at all"),
        (PREFIX, {"not_jpeg_or_png": 2, "empty": 1}, "none of the objects found (3) is an image"),
        (LIST, {"missing": 2, "duplicate": 1}, "none of the objects found (3) is an image"),
    ],
)
def test_a_source_without_an_image_has_a_problem(source, skipped, problem):
    assert problem in problem_of_source(source, skipped)


@pytest.mark.parametrize(
    ("source", "skipped"),
    [
        (LIST, {}),
        (parse_source([]), {}),
        (PREFIX, {"already_analyzed": 1}),
        (PREFIX, {"already_analyzed": 1, "not_jpeg_or_png": 9}),
        (PREFIX, {"modified_before_window": 1}),
        (PREFIX, {"pattern": 1}),
        (PREFIX, {"archived": 1}),
        (PREFIX, {"out_of_attempts": 1}),
    ],
)
def test_a_night_without_new_images_has_no_problem(source, skipped):
    assert problem_of_source(source, skipped) is None


@pytest.mark.parametrize(
    ("after", "before", "allows_no_length", "problem"),
    [
        (NOON, NOON, False, "CronDataIntervalTimetable"),
        (NOON + timedelta(seconds=1), NOON, False, "it is after modified_before=2026-11-20T12:00:00"),
        (NOON + timedelta(seconds=1), NOON, True, "it is after modified_before"),
    ],
)
def test_a_window_in_which_nothing_can_be_is_refused(after, before, allows_no_length, problem):
    window = ImageFilter(modified_after=after, modified_before=before)
    with pytest.raises(InvalidArgument, match=problem):
        check_window(window, allows_no_length=allows_no_length)


@pytest.mark.parametrize(
    ("after", "before", "allows_no_length"),
    [
        (NOON, NOON, True),
        (NOON, NOON + timedelta(seconds=1), False),
        (NOON, None, False),
        (None, NOON, False),
        (None, None, False),
    ],
)
def test_other_windows_are_accepted(after, before, allows_no_length):
    check_window(ImageFilter(modified_after=after, modified_before=before), allows_no_length=allows_no_length)
