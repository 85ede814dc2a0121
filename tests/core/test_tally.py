import gc
import json
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.results import BadLine, Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.summary import ImageError
from airflow_provider_rekmedia.core.tally import Tally


def result(number, **confidences):
    labels = tuple(ModerationLabel(name=name, confidence=value) for name, value in confidences.items())
    return ImageResult(source_ref=f"s3://photos/{number}.jpg", detection=Detection(moderation_labels=labels))


def tally_of(*added, max_items=10, lines=0):
    tally = Tally(max_items)
    tally.add_lines(lines)
    for each in added:
        (tally.add_result if isinstance(each, ImageResult) else tally.add_error)(each)
    return tally


images = st.lists(st.lists(st.floats(0, 100), max_size=3), max_size=30)


def test_an_empty_tally_counts_nothing():
    tally = Tally(10)
    assert set(tally.counts.values()) == {0}
    assert (tally.label_counts, tally.flagged, tally.errors) == ({}, [], [])
    assert tally.left_out == {"flagged": 0, "errors": 0}


def test_every_line_is_analyzed_failed_or_unaccounted():
    tally = tally_of(result(1), result(2, Pills=90), ImageError(code="X"), BadLine(3, "rubbish"), lines=6)
    assert tally.counts == {"images": 6, "analyzed": 2, "flagged": 1, "failed": 2, "unaccounted": 2}


def test_lines_of_several_jobs_add_up():
    tally = tally_of(lines=3)
    tally.add_lines(4)
    assert tally.counts["images"] == 7


def test_labels_are_counted_by_image_most_frequent_first():
    tally = tally_of(result(1, Smoking=50), result(2, Pills=90, Smoking=60), result(3, Smoking=70))
    assert list(tally.label_counts.items()) == [("Smoking", 3), ("Pills", 1)]


def test_a_label_that_is_named_twice_for_one_image_counts_once():
    twice = tuple(ModerationLabel(name="Pills", confidence=value) for value in (90, 80))
    tally = tally_of(ImageResult(source_ref="s3://b/k", detection=Detection(moderation_labels=twice)))
    assert tally.label_counts == {"Pills": 1}


def test_a_flagged_image_says_its_uri_and_its_labels():
    tally = tally_of(result(1), result(2, Pills=90.5, Products=91))
    assert tally.flagged == [
        {"uri": "s3://photos/2.jpg", "confidence": 91, "labels": {"Pills": 90.5, "Products": 91}}
    ]


def test_the_worst_are_kept_and_come_first_and_of_equals_the_earlier():
    tally = tally_of(*(result(number, Pills=90 if number == 4 else 50) for number in range(7)), max_items=3)
    assert [each["uri"] for each in tally.flagged] == [f"s3://photos/{number}.jpg" for number in (4, 0, 1)]
    assert tally.left_out == {"flagged": 4, "errors": 0}
    assert tally.counts["flagged"] == 7


def test_errors_are_told_in_the_order_of_the_files_and_cut():
    tally = tally_of(
        ImageError(code="A", message="one", source_ref="s3://b/1", numbered=1),
        ImageError(code="B", spelled=2),
        BadLine(7, "rubbish"),
        BadLine(8, "more"),
        max_items=3,
    )
    assert tally.errors == [
        {"uri": "s3://b/1", "line_number": 1, "code": "A", "message": "one"},
        {"uri": None, "line_number": 2, "code": "B", "message": ""},
        {"uri": None, "line_number": 7, "code": "BAD_RESULT_LINE", "message": "rubbish"},
    ]
    assert tally.left_out == {"flagged": 0, "errors": 1}
    assert tally.counts["failed"] == 4


@given(found=images, errors=st.integers(0, 20), max_items=st.integers(0, 12))
def test_what_is_listed_and_what_is_left_out_add_up_to_what_is_counted(found, errors, max_items):
    results = [
        result(number, **{f"L{place}": value for place, value in enumerate(values)})
        for number, values in enumerate(found)
    ]
    tally = tally_of(*results, *(BadLine(number, "x") for number in range(errors)), max_items=max_items)
    flagged = [values for values in found if values]
    assert tally.counts["flagged"] == len(flagged) == len(tally.flagged) + tally.left_out["flagged"]
    assert tally.counts["failed"] == errors == len(tally.errors) + tally.left_out["errors"]
    assert max(len(tally.flagged), len(tally.errors)) <= max_items
    worst = sorted((max(values) for values in flagged), reverse=True)[:max_items]
    assert [each["confidence"] for each in tally.flagged] == worst
    assert sum(tally.label_counts.values()) == sum(map(len, found))


def test_what_is_told_is_json():
    tally = tally_of(result(1, Pills=90), BadLine(7, "rubbish"), ImageError())
    told = [tally.counts, tally.label_counts, tally.flagged, tally.errors, tally.left_out]
    assert json.loads(json.dumps(told)) == told


def test_a_caller_cannot_change_the_errors():
    tally = tally_of(BadLine(7, "rubbish"))
    tally.errors.clear()
    assert len(tally.errors) == 1


def test_memory_does_not_grow_with_the_number_of_images():
    tally = Tally(10)
    sizes = []
    tracemalloc.start()
    try:
        for number in range(20_000):
            tally.add_result(result(number, Pills=number / 20_000))
            tally.add_error(BadLine(number, "rubbish"))
            if number in {999, 19_999}:
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[1] - sizes[0] < 10_000
    assert tally.left_out == {"flagged": 19_990, "errors": 19_990}
