"""The routes read what the task names, and nothing else."""

import pytest
from plugins.moderation_page.review.conftest import REVIEW
from plugins.moderation_page.review.queues import item


@pytest.mark.parametrize("index", ["2", "-1", "9999999999", "0x1", "²", "a", "1.0"])
def test_an_index_outside_of_the_queue_is_not_found(page, opened, index):
    opened([item("a.jpg"), item("b.jpg")])
    for kind in ("images", "previews"):
        assert page.get(f"{REVIEW}/{kind}/{index}").status_code == 404


def test_no_part_of_the_request_chooses_bucket_or_connection(page, opened):
    opened([item("a.jpg")])
    query = {"queue_uri": "s3://secrets/x", "aws_conn_id": "nobody", "uri": "s3://secrets/x"}
    assert page.get(f"{REVIEW}/images/0", params=query).headers["location"].split("?")[0].endswith("/a.jpg")
