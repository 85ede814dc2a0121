from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri


@given(st.lists(st.text(min_size=1), unique=True))
def test_images_are_ordered_as_s3_lists_them(keys):
    ordered = sorted((FoundImage(S3Uri("b", key)) for key in keys), key=lambda image: image.order)
    as_bytes = [image.uri.key.encode("utf-8", "surrogatepass") for image in ordered]
    assert as_bytes == sorted(as_bytes)


def test_buckets_come_before_keys():
    assert FoundImage(S3Uri("a", "z")).order < FoundImage(S3Uri("b", "a")).order
