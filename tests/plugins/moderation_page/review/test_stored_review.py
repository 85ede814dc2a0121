"""How the queue of a task is found and read."""

import pytest
from plugins.moderation_page.review.conftest import REVIEW
from plugins.moderation_page.review.queues import BUCKET, fields_of, item, put_queue, queue_of

from airflow_provider_rekmedia.core.review.page_path import review_path
from airflow_provider_rekmedia.core.review.queue import encode_queue


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"bash_command": "true"}, 404, "This task is not a review"),
        ({"queue_uri": "s3://***/x", "aws_conn_id": "aws_default"}, 409, "Airflow masked an argument"),
        ({"queue_uri": "s3://photos/x", "aws_conn_id": "nobody"}, 409, "does not exist here"),
        ({"queue_uri": "s3://photos/x", "aws_conn_id": "aws_default"}, 409, "s3://photos/x does not exist"),
        ({"queue_uri": "x", "aws_conn_id": "aws_default"}, 502, "The review cannot be read"),
    ],
)
def test_a_review_that_cannot_be_read_says_why(page, opened, fields, status, text):
    opened([item("a.jpg")], fields=fields)
    for path in (REVIEW, f"{REVIEW}/items", f"{REVIEW}/images/0", f"{REVIEW}/previews/0"):
        response = page.get(path)
        assert (response.status_code, text in response.text) == (status, True), response.text


def test_a_queue_outside_of_the_prefix_of_reviews_is_refused(page, opened, s3):
    uri, _ = put_queue(s3, [item("a.jpg")])
    opened([item("a.jpg")], fields=fields_of(uri, review="s3://photos/other/"))
    for path in (REVIEW, f"{REVIEW}/items", f"{REVIEW}/images/0", f"{REVIEW}/previews/0"):
        response = page.get(path)
        assert (response.status_code, "the argument review" in response.text) == (502, True)


def test_a_changed_queue_is_refused(page, s3, metadata):
    uri, _ = put_queue(s3, [item("a.jpg")], images=False)
    other = encode_queue(queue_of([item("secret.jpg")]))
    s3.put_object(Bucket=BUCKET, Key=uri.partition("photos/")[2], Body=other)
    metadata.add_run("night", "manual__2")
    metadata.add_review("night", "manual__2", "review", fields=fields_of(uri))
    response = page.get("/" + review_path("night", "manual__2", "review", -1))
    metadata.remove_last_run()
    assert (response.status_code, "was changed" in response.text) == (409, True)
