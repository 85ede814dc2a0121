"""Which images people review."""

from core.review.rows import row
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.review.order import ReviewOrder, order_key
from airflow_provider_rekmedia.core.review.selection import HeldImages, Selection, iter_reviewable
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

HOLDS = S3Uri("ops", "holds/")
NOBODY = HeldImages(HOLDS, ())
SEVERITY = order_key(ReviewOrder.SEVERITY, {})


def keys(rows):
    return [image.key for image in rows]


def selected(rows, limit=10):
    selection = Selection(SEVERITY, limit)
    selection.add(rows)
    return selection


def test_only_images_of_these_verdicts_are_reviewed():
    rows = [row("a"), row("b", verdict=Decision.BLOCK)]

    assert keys(iter_reviewable(rows, {Decision.REVIEW}, NOBODY)) == ["a"]


def test_an_image_outside_of_s3_is_not_reviewed():
    assert not keys(iter_reviewable([row(bucket=None, key=None)], {Decision.REVIEW}, NOBODY))


def test_a_held_image_is_not_reviewed():
    held = HeldImages(HOLDS, {hold_uri(HOLDS, S3Uri("photos", "a")).key})

    assert (bool(held), bool(NOBODY)) == (True, False)
    assert keys(iter_reviewable([row("a"), row("b")], {Decision.REVIEW}, held)) == ["b"]


def test_images_with_the_same_bytes_appear_once():
    selection = selected([row("b", etag="e"), row("a", etag="e"), row("c")])

    assert keys(selection.chosen()) == ["a", "c"]


@given(st.lists(st.integers(0, 20), max_size=40), st.integers(1, 4))
def test_the_first_images_are_chosen_with_little_memory(numbers, limit):
    rows = [row(f"{number:02}", confidence=float(number % 5)) for number in numbers]
    selection = Selection(SEVERITY, limit)
    for each in rows:
        selection.add([each])

        assert len(selection._rows) <= 2 * limit
    expected = sorted({each.key: each for each in rows}.values(), key=SEVERITY)[:limit]
    assert selection.chosen() == expected
