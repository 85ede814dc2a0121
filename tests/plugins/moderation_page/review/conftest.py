"""Reviews in Airflow's database, with their images in an emulated S3."""

import pytest

from airflow_provider_rekmedia.core.review.page_path import review_path

REVIEW = "/" + review_path("night", "manual__1", "review", 0)


@pytest.fixture
def s3(aws):
    """S3, with no review cached from another test."""
    from airflow_provider_rekmedia.plugins.moderation_page.review import stored_review  # noqa: PLC0415

    stored_review._read.cache_clear()
    return aws.client("s3")


@pytest.fixture
def opened(metadata, s3):
    """Open a review; the value of the function is the id of its task instance, and the checksum."""
    from plugins.moderation_page.review.queues import fields_of, put_queue  # noqa: PLC0415

    def open_review(items, *, images=True, fields=None, **members):
        uri, checksum = put_queue(s3, items, images=images)
        metadata.add_run("night", "manual__1")
        fields = fields_of(uri) if fields is None else fields
        return metadata.add_review(
            "night", "manual__1", "review", map_index=0, fields=fields, **members
        ), checksum

    yield open_review
    metadata.remove_last_run()
