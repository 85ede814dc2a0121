"""Previews for the images of a review."""

from core.review.items import item
from services.review.review_stage import PREFIX, Stage, picture

from airflow_provider_rekmedia.adapters.review.previews import preview_maker
from airflow_provider_rekmedia.core.review.review_plan import preview_uri
from airflow_provider_rekmedia.core.review.same_bytes import bytes_key
from airflow_provider_rekmedia.services.review.make_previews import make_previews


def test_each_image_that_can_be_read_has_a_preview(caplog):
    stage = Stage()
    stage.put("s3://photos/a.jpg", picture())
    stage.put("s3://photos/broken.jpg", b"GIF89a")
    stage.put("s3://photos/large.jpg", picture())
    items = [
        item("a.jpg", etag=None),
        item("broken.jpg", etag=None),
        item("missing.jpg"),
        item("large.jpg", size_bytes=16 * 1024 * 1024),
    ]

    made = make_previews(items, stage.objects, PREFIX, preview_maker())

    assert [each.uri for each in made] == [each.uri for each in items]
    assert [each.preview for each in made] == [
        str(preview_uri(PREFIX, bytes_key(items[0]))),
        None,
        None,
        None,
    ]
    assert len(stage.names("previews")) == 1
    assert "3 of 4 images have no preview" in caplog.text
