from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.images.sorted_images import iter_sorted
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

images = st.builds(
    FoundImage,
    st.builds(S3Uri, st.sampled_from(["a", "b"]), st.text(min_size=1, max_size=4)),
    st.none() | st.integers(0, 2**40),
    st.none() | st.text(max_size=3),
    st.none() | st.just(datetime(2026, 11, 20, 12, tzinfo=UTC)),
    st.booleans(),
)


@given(st.lists(images, max_size=20))
def test_it_sorts_in_the_order_of_s3_and_keeps_every_field(found):
    assert list(iter_sorted(found)) == sorted(found, key=lambda image: image.order)
