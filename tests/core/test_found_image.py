from airflow_provider_rekmedia.core.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def test_a_source_need_not_know_more_than_the_uri():
    image = FoundImage(S3Uri("photos", "a.jpg"))
    assert (image.size_bytes, image.etag, image.modified_at) == (None, None, None)


def test_images_are_in_the_order_that_s3_lists_bytes_and_not_code_units():
    keys = ["a", "B", "a/", "é", "\uffff", "\U0001f600"]
    images = [FoundImage(S3Uri(bucket, key)) for bucket in ("b", "a") for key in keys]
    ordered = [(image.uri.bucket, image.uri.key) for image in sorted(images, key=lambda one: one.sort_key)]
    by_bytes = ["B", "a", "a/", "é", "\uffff", "\U0001f600"]
    assert ordered == [(bucket, key) for bucket in ("a", "b") for key in by_bytes]
