import pytest
from core.review.rows import row

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.review.carried_images import decode_carried, encode_carried, image_digest


def test_a_file_has_the_digests_of_its_images():
    rows = [row("a"), row("b", etag=None)]

    assert decode_carried(encode_carried(rows), "uri") == tuple(map(image_digest, rows))


def test_other_bytes_have_another_digest():
    versions = [row("a"), row("a", etag="newer"), row("a", etag=None), row("b", etag=row("a").etag)]

    assert len(set(map(image_digest, versions))) == len(versions)


@pytest.mark.parametrize("body", [b"", b"\xff", b'{"version":2,"images":[]}', b'{"version":1}'])
def test_a_damaged_file_is_an_error_that_names_it(body):
    with pytest.raises(UnreadableReview, match="s3://ops/carried"):
        decode_carried(body, "s3://ops/carried")
