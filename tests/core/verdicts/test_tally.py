import gc
import json
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED, ImageFailure, Outcomes
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL, verdict
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.tally import Tally


def result(number, **confidences):
    labels = tuple(ModerationLabel(name=name, confidence=value) for name, value in confidences.items())
    return ImageResult(source_ref=f"s3://photos/{number}.jpg", detection=Detection(moderation_labels=labels))


def failure(number=1, code="X", **more):
    return ImageFailure(f"s3://photos/{number}.jpg", code, "rubbish", number, **more)


def tally_of(*added, max_items=10, max_bytes=10**9, policy=ANY_LABEL):
    tally = Tally(max_items, max_bytes)
    for item in added:
        if isinstance(item, ImageResult):
            tally.add(Outcomes(results=[item]), [verdict(item, policy)])
        else:
            tally.add(Outcomes(failures=[item]), [])
    return tally


images = st.lists(st.lists(st.floats(0, 100), max_size=3), max_size=30)


def test_an_empty_tally_counts_nothing():
    tally = Tally(10, 1000)
    assert set(tally.counts.as_dict().values()) == {0}
    assert (tally.label_counts, tally.flagged, tally.errors) == ({}, [], [])
    assert tally.left_out == {"flagged": 0, "errors": 0, "label_counts": 0}


def test_every_line_is_analyzed_failed_or_unaccounted():
    tally = tally_of(result(1), result(2, Pills=90), failure(3), failure(4), failure(5, UNACCOUNTED))
    assert tally.counts.as_dict() == {
        "images": 5,
        "analyzed": 2,
        "flagged": 4,
        "allow": 1,
        "review": 4,
        "block": 0,
        "failed": 2,
        "unaccounted": 1,
    }


def test_a_failure_of_no_line_is_listed_but_not_counted():
    tally = tally_of(failure(1, lines=0))
    assert tally.counts.images == 0
    assert len(tally.errors) == 1


def test_a_failure_of_many_lines_is_listed_once_and_counts_as_many():
    tally = tally_of(failure(1, UNACCOUNTED, lines=10**8), failure(2))
    assert (tally.counts.images, tally.counts.unaccounted) == (10**8 + 1, 10**8)
    assert len(tally.errors) == 2
    assert tally.left_out["errors"] == 0


def test_labels_are_counted_by_image_most_frequent_first():
    tally = tally_of(result(1, Smoking=50), result(2, Pills=90, Smoking=60), result(3, Smoking=70))
    assert list(tally.label_counts.items()) == [("Smoking", 3), ("Pills", 1)]


def test_a_label_that_occurs_twice_in_one_image_counts_once():
    twice = tuple(ModerationLabel(name="Pills", confidence=value) for value in (90, 80))
    tally = tally_of(ImageResult(source_ref="s3://b/k", detection=Detection(moderation_labels=twice)))
    assert tally.label_counts == {"Pills": 1}


def test_a_flagged_image_is_listed_with_uri_and_labels():
    tally = tally_of(result(1), result(2, Pills=90.5, Products=91))
    assert tally.flagged == [
        {
            "uri": "s3://photos/2.jpg",
            "verdict": "review",
            "rule": "default",
            "confidence": 91,
            "labels": {"Pills": 90.5, "Products": 91},
        }
    ]


def test_blocked_images_come_before_images_to_review():
    policy = parse_policy({"labels": {"Pills": {"block": 50}, "Alcohol": "review", "Gambling": "allow"}})
    added = [result(1, Alcohol=99), result(2, Pills=60), result(3, Gambling=99)]
    tally = tally_of(*added, policy=policy)
    assert [(each["uri"][-5], each["verdict"]) for each in tally.flagged] == [("2", "block"), ("1", "review")]
    assert (tally.counts.allow, tally.counts.review, tally.counts.block) == (1, 1, 1)
    assert tally.counts.flagged == 2


def test_lists_are_truncated_at_a_size_and_the_rest_is_counted():
    added = [*(result(number, Pills=90) for number in range(50)), *map(failure, range(50))]
    tally = tally_of(*added, max_items=50, max_bytes=1_000)
    for name in ("flagged", "errors"):
        listed = getattr(tally, name)
        assert 1 <= len(listed) < 50
        assert len(json.dumps(listed)) <= 1_000 < len(json.dumps([*listed, *listed[:2]]))
        assert tally.left_out[name] == (100 if name == "flagged" else 50) - len(listed)


def test_a_list_uses_its_size_limit_including_separators():
    item = {"uri": "s3://photos/1.jpg", "line_number": 1, "code": "X", "message": "rubbish"}
    for max_bytes in range(100, 1_000):
        listed = tally_of(*map(failure, [1] * 12), max_items=12, max_bytes=max_bytes).errors
        assert len(json.dumps(listed)) <= max_bytes < len(json.dumps([*listed, item]))


def test_an_image_too_large_to_list_does_not_hide_others():
    tally = tally_of(result("k" * 1_000, Pills=99), result(1, Pills=98), result(2, Pills=97), max_bytes=1_000)
    assert [each["uri"] for each in tally.flagged] == ["s3://photos/1.jpg", "s3://photos/2.jpg"]
    assert tally.left_out["flagged"] == 1


def test_label_counts_are_truncated_and_the_most_frequent_are_kept():
    names = [f"Label-{number}-{'x' * 100}" for number in range(50)]
    found = [result(number, **{name: 90}, Pills=90) for number, name in enumerate([*names, names[7]])]
    for max_bytes in range(1_000, 3_000, 7):
        tally = tally_of(*found, max_bytes=max_bytes)
        counts = tally.label_counts
        assert len(json.dumps(counts)) <= max_bytes
        assert list(counts.items())[:2] == [("Pills", 51), (names[7], 2)]
        assert sum(counts.values()) + tally.left_out["label_counts"] == 2 * len(found)


def test_untrusted_names_do_not_fill_the_memory():
    tally, images = Tally(10, 10_000), 20_000
    for first in range(0, images, 100):
        part = [result(n, **{f"{n}-{'x' * 300}": 90}, Pills=90) for n in range(first, first + 100)]
        tally.add(Outcomes(part), [verdict(each, ANY_LABEL) for each in part])
        assert sum(map(len, tally._labels)) <= 500_000
    counts = tally.label_counts
    assert counts["Pills"] == images
    assert len(counts) > 10
    assert sum(counts.values()) + tally.left_out["label_counts"] == 2 * images


def test_the_worst_images_come_first_and_of_equals_the_earlier_one():
    tally = tally_of(*(result(number, Pills=90 if number == 4 else 50) for number in range(7)), max_items=3)
    assert [each["uri"] for each in tally.flagged] == [f"s3://photos/{number}.jpg" for number in (4, 0, 1)]
    assert tally.left_out == {"flagged": 4, "errors": 0, "label_counts": 0}
    assert tally.counts.flagged == 7


def test_errors_are_listed_in_the_order_of_the_files_and_truncated():
    tally = tally_of(failure(1, "A"), failure(2, "B"), failure(3, "C"), max_items=2)
    assert tally.errors == [
        {"uri": "s3://photos/1.jpg", "line_number": 1, "code": "A", "message": "rubbish"},
        {"uri": "s3://photos/2.jpg", "line_number": 2, "code": "B", "message": "rubbish"},
    ]
    assert tally.left_out == {"flagged": 1, "errors": 1, "label_counts": 0}
    assert tally.counts.failed == 3


def test_an_image_that_was_not_analyzed_has_the_verdict_of_the_policy():
    block = parse_policy({"labels": {"Pills": "review"}, "not_analyzed": "block"}).not_analyzed_verdict
    tally = Tally(10, 10_000, block)
    tally.add(Outcomes([result(1, Pills=90)], [failure(2)]), [verdict(result(1, Pills=90), ANY_LABEL)])
    assert (tally.counts.block, tally.counts.review, tally.counts.allow) == (1, 1, 0)
    assert [(each["uri"][-5], each["verdict"]) for each in tally.flagged] == [("2", "block"), ("1", "review")]
    assert tally.flagged[0]["rule"] == "not_analyzed"
    assert (tally.flagged[0]["confidence"], tally.flagged[0]["labels"]) == (0, {})


def test_an_allowed_image_that_was_not_analyzed_is_not_flagged():
    allow = parse_policy({"labels": {"Pills": "review"}, "not_analyzed": "allow"}).not_analyzed_verdict
    tally = Tally(10, 10_000, allow)
    tally.add(Outcomes(failures=[failure(1)]), [])
    assert (tally.counts.allow, tally.counts.flagged, tally.counts.failed) == (1, 0, 1)
    assert tally.flagged == []


def test_images_without_a_name_are_flagged_but_not_listed():
    tally = Tally(10, 10_000)
    tally.add(Outcomes(failures=[ImageFailure(None, UNACCOUNTED, "gone", lines=7)]), [])
    assert (tally.counts.review, tally.flagged, tally.left_out["flagged"]) == (7, [], 7)


@given(found=images, errors=st.integers(0, 20), max_items=st.integers(0, 12))
def test_listed_and_left_out_images_add_up_to_the_counts(found, errors, max_items):
    results = [
        result(number, **{f"L{place}": value for place, value in enumerate(values)})
        for number, values in enumerate(found)
    ]
    tally = tally_of(*results, *map(failure, range(errors)), max_items=max_items)
    flagged = [values for values in found if values]
    assert tally.counts.flagged == len(flagged) + errors == len(tally.flagged) + tally.left_out["flagged"]
    assert tally.counts.failed == errors == len(tally.errors) + tally.left_out["errors"]
    assert max(len(tally.flagged), len(tally.errors)) <= max_items
    worst = sorted([max(values) for values in flagged] + [0] * errors, reverse=True)[:max_items]
    assert [each["confidence"] for each in tally.flagged] == worst
    assert sum(tally.label_counts.values()) == sum(map(len, found))


def test_every_list_and_count_is_json():
    tally = tally_of(result(1, Pills=90), failure(7), failure(8))
    listed = [tally.counts.as_dict(), tally.label_counts, tally.flagged, tally.errors, tally.left_out]
    assert json.loads(json.dumps(listed)) == listed


def test_a_caller_cannot_change_the_errors():
    tally = tally_of(failure(7))
    tally.errors.clear()
    assert len(tally.errors) == 1


def test_memory_does_not_grow_with_the_number_of_images():
    tally = Tally(10, 10_000)
    sizes = []
    tracemalloc.start()
    try:
        for number in range(20_000):
            found = result(number, Pills=number / 20_000)
            tally.add(Outcomes([found], [failure(number)]), [verdict(found, ANY_LABEL)])
            if number in {999, 19_999}:
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[1] - sizes[0] < 10_000
    assert tally.left_out == {"flagged": 39_990, "errors": 19_990, "label_counts": 0}
