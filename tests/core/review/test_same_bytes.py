"""Which images share a decision."""

from core.review.items import item
from core.review.rows import row

from airflow_provider_rekmedia.core.review.same_bytes import bytes_key


def test_images_with_the_same_etag_share_a_key():
    assert bytes_key(row("a", etag="e")) == bytes_key(item("b", etag="e"))


def test_an_image_without_an_etag_has_its_own_key():
    assert bytes_key(row("a", etag=None)) != bytes_key(row("b", etag=None))
