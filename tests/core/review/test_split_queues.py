"""How images become queues."""

from core.review.items import item
from core.review.rows import row

from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.review.split_queues import review_item, split_queues

ITEMS = [item(f"{number}.jpg") for number in range(5)]


def split(items=ITEMS, size=2, share=0.0):
    return split_queues(items, queue_size=size, double_share=share, salt="salt")


def test_queues_keep_the_order_and_have_a_limit():
    assert split() == [tuple(ITEMS[:2]), tuple(ITEMS[2:4]), tuple(ITEMS[4:])]


def test_no_image_makes_no_queue():
    assert split([]) == []


def test_images_for_two_people_are_in_other_queues_too():
    *first, double = split(size=5, share=1.0)

    assert first == [tuple(ITEMS)]
    assert [each.uri for each in double] == [each.uri for each in ITEMS]
    assert {each.sample for each in double} == {Sample.DOUBLE}


def test_about_the_given_share_is_repeated():
    items = [item(f"{number}.jpg") for number in range(1_000)]

    _, double = split(items, size=1_000, share=0.1)

    assert 60 < len(double) < 140


def test_audit_images_are_not_repeated():
    assert len(split([item(sample=Sample.AUDIT)], share=1.0)) == 1


def test_an_item_has_what_the_verdict_file_says():
    made = review_item(row("a.jpg"), "digest")

    assert made == item("a.jpg", size_bytes=1)


def test_an_image_of_another_policy_has_its_digest():
    assert review_item(row("a.jpg"), "newer").policy_digest == "digest"
