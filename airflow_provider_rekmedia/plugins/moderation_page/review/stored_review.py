"""Reads the queue of a review task from S3. Airflow's database says where it is, and how to read it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from airflow_provider_rekmedia.adapters.actions.holds import Holds
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.actions.holds import bytes_hold_uri
from airflow_provider_rekmedia.core.arguments import parse_optional_prefix
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.review.queue import (
    ReviewItem,
    ReviewQueue,
    check_prefix,
    decode_queue,
    queue_checksum,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix, parse_s3_uri
from airflow_provider_rekmedia.plugins.moderation_page.connection_source import (
    ConnectionSource,
    parse_connection_source,
    refuse_masked,
)
from airflow_provider_rekmedia.plugins.moderation_page.problems import Problem
from airflow_provider_rekmedia.plugins.moderation_page.results_tasks import find_rendered_fields
from airflow_provider_rekmedia.plugins.moderation_page.task_connection import client_of_task

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["StoredReview", "open_review"]

#: A page asks for hundreds of pictures. A changed connection is used after this time.
_CACHED_S: Final = 60


@dataclass(frozen=True, slots=True)
class StoredReview:
    """
    A queue, and the client that reads its images.

    :param checksum: Of the queue file; it is also in its name.
    :param objects: Reads with *client*.
    """

    queue: ReviewQueue
    checksum: str
    client: "S3Client"
    objects: S3Objects

    @property
    def hold_prefix(self) -> S3Uri:
        """Where hold records are."""
        return parse_s3_prefix(self.queue.holds)

    def is_held(self, item: ReviewItem) -> bool:
        """Whether an image is on hold at this moment: somebody escalated it, or another with its bytes."""
        if item.etag and self.objects.head(bytes_hold_uri(self.hold_prefix, item.etag)) is not None:
            return True
        return Holds(self.client, self.hold_prefix).reason(parse_s3_uri(item.uri), None) is not None


def open_review(identity: TaskIdentity) -> StoredReview:
    """
    Read the queue of a review task.

    :raises Problem: The task is no review, or the page may not read its queue.
    :raises RekmediaError: S3 refused, or the file is damaged.
    """
    fields = find_rendered_fields(identity)
    if fields is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "There is no review here yet",
            "The task has not started, or the run is old and Airflow has deleted the arguments of its tasks.",
        )
    minute = int(time.monotonic() // _CACHED_S)
    return _read(_queue_uri(fields), parse_connection_source(fields), identity.dag_id, minute)


def _queue_uri(fields: Mapping[str, Any]) -> S3Uri:
    uri = fields.get("queue_uri")
    if not isinstance(uri, str) or not uri:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "This task is not a review",
            "Only the review operator has images for a person to decide about.",
        )
    refuse_masked("queue_uri", uri)
    queue = parse_s3_uri(uri)
    # queue_uri is often from an XCom, which some users may edit. The author of the Dag writes review.
    check_prefix(queue, parse_optional_prefix(fields.get("review")))
    return queue


# The Dag is part of the key: a Dag must not read a queue with what another Dag's connection has read.
@lru_cache(maxsize=16)
def _read(uri: S3Uri, connection: ConnectionSource, dag_id: str, _minute: int) -> StoredReview:
    client = client_of_task(connection, dag_id)
    objects = S3Objects(client)
    body = objects.read_or_none(uri)
    checksum = queue_checksum(body or b"")
    if body is None or checksum not in uri.key:
        what = "does not exist" if body is None else "was changed: its bytes do not match its name"
        raise Problem(HTTPStatus.CONFLICT, "The queue of this review cannot be used", f"{uri} {what}.")
    return StoredReview(decode_queue(body, str(uri)), checksum, client, objects)
