"""The images that the plan did not choose, on local disk."""

from core.review.items import item
from core.review.rows import row
from services.review.review_stage import HOLDS

from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.review.same_bytes import bytes_key
from airflow_provider_rekmedia.core.review.selection import HeldImages
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.review.earlier_images import EarlierImages
from airflow_provider_rekmedia.services.review.listed_images import ListedImages, find_copies

NOBODY = HeldImages(HOLDS, ())
#: Keys may have line breaks and quotes.
HOSTILE = 'a\n"b.jpg'


def test_images_are_read_as_often_as_needed_in_their_order():
    rows = [row("b"), row(HOSTILE), row("a", etag=None)]
    with ListedImages() as images:
        for each in rows:
            images.add(each)

        read = [list(images.iter_without(NOBODY)) for _ in range(2)]

    assert read == [[(bytes_key(each), each.uri) for each in rows]] * 2


def test_held_images_are_left_out():
    held = HeldImages(HOLDS, {hold_uri(HOLDS, S3Uri("photos", HOSTILE)).key})
    with ListedImages() as images:
        for name in ("a", HOSTILE):
            images.add(row(name))

        assert [image.uri for image in images.iter_without(held)] == ["s3://photos/a"]


def test_copies_of_tonight_and_of_earlier_runs_are_found():
    chosen = item(uri="s3://photos/a", key="a", etag="e", sample=Sample.QUEUE)
    audited = item(uri="s3://photos/z", key="z", etag="f", sample=Sample.AUDIT)
    earlier = EarlierImages((), {"s3://photos/b": row("b", etag="e")})
    with ListedImages() as images:
        for each in (row("a", etag="e"), row("c", etag="e"), row("d", etag="f")):
            images.add(each)

        found = find_copies([chosen, audited], earlier, images, NOBODY)

    assert (found.images, found.uris) == (4, {"s3://photos/a": ["s3://photos/b", "s3://photos/c"]})
