"""Reads and writes the files of reviews in S3."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.actions.holds import HoldRecord, bytes_hold_uri, encode_hold, hold_uri
from airflow_provider_rekmedia.core.errors import InvalidArgument, UnreadableReview
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.review.queue import (
    QueuePlace,
    ReviewQueue,
    decode_queue,
    encode_queue,
    queue_checksum,
    queue_uri,
)
from airflow_provider_rekmedia.core.review.queue_decisions import (
    QueueDecisions,
    decisions_uri,
    decode_decisions,
    encode_decisions,
)
from airflow_provider_rekmedia.core.review.review_plan import (
    PlannedQueue,
    ReviewPlan,
    decode_plan,
    duplicates_uri,
    encode_plan,
    preview_uri,
)
from airflow_provider_rekmedia.core.review.selection import HeldImages
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

__all__ = ["ReviewFiles"]

_JSON = "application/json"
_Duplicates = dict[str, list[str]]
_DUPLICATES_DECODER: Final = JsonFileDecoder(_Duplicates, UnreadableReview)


class ReviewFiles:
    """
    The files of one run's review.

    :param folder: The folder of the run, see :func:`verdict_file.verdict_folder`.
    """

    def __init__(self, objects: S3Objects, folder: S3Uri) -> None:
        self.objects = objects
        self.folder = folder

    def read_plan(self, uri: S3Uri) -> ReviewPlan | None:
        """
        Read a plan; ``None`` if there is none.

        :raises UnreadableReview: It is damaged.
        """
        body = self.objects.read_or_none(uri)
        return None if body is None else decode_plan(body, str(uri))

    def iter_plans(self) -> Iterator[ReviewPlan]:
        """
        Read all plans of the run, lazily; it has several if its images or the arguments of its plan changed.

        :raises UnreadableReview: A plan is damaged.
        """
        for found in self.objects.iter_objects(self.folder.join("plans/")):
            yield decode_plan(self.objects.read(found.uri), str(found.uri))

    def write_plan(self, uri: S3Uri, plan: ReviewPlan) -> ReviewPlan:
        """Write a plan, unless there is one; return the plan that counts."""
        if self.objects.put_if_absent(uri, encode_plan(plan), _JSON):
            return plan
        return self.read_plan(uri) or plan

    def write_queue(self, queue: ReviewQueue, duplicates: Mapping[str, Sequence[str]]) -> PlannedQueue:
        """
        Write a queue, and the copies of its images.

        :param duplicates: The uris of the copies, by the uri of the image in the queue.
        """
        body = encode_queue(queue)
        checksum = queue_checksum(body)
        copies = {item.uri: duplicates[item.uri] for item in queue.items if item.uri in duplicates}
        if copies:
            self.objects.put(duplicates_uri(self.folder, checksum), msgspec.json.encode(copies), _JSON)
        uri = queue_uri(self.folder, queue.number, checksum)
        self.objects.put_if_absent(uri, body, _JSON)
        return PlannedQueue(uri=str(uri), checksum=checksum, images=len(queue.items))

    def read_queue(self, place: QueuePlace) -> ReviewQueue:
        """
        Read a queue, and check its bytes.

        :raises InvalidArgument: There is no queue.
        :raises UnreadableReview: It is damaged.
        """
        body = self.objects.read_or_none(place.uri)
        if body is None:
            problem = "there is no such queue; restore it, or delete the plan and clear the plan task"
            raise InvalidArgument(argument="queue_uri", value=str(place.uri), problem=problem)
        if queue_checksum(body) != place.checksum:
            raise UnreadableReview(uri=str(place.uri), problem="its bytes have another checksum")
        return decode_queue(body, str(place.uri))

    def read_duplicates(self, checksum: str) -> _Duplicates:
        """
        Read the uris of the copies of a queue's images; empty if no image has a copy.

        :raises UnreadableReview: The file is damaged.
        """
        uri = duplicates_uri(self.folder, checksum)
        body = self.objects.read_or_none(uri)
        return {} if body is None else _DUPLICATES_DECODER.decode(body, str(uri))

    def read_decisions(self, checksum: str) -> QueueDecisions | None:
        """
        Read the decisions about a queue; ``None`` if there are none.

        :raises UnreadableReview: The file is damaged.
        """
        uri = decisions_uri(self.folder, checksum)
        body = self.objects.read_or_none(uri)
        return None if body is None else decode_decisions(body, str(uri))

    def write_decisions(self, decisions: QueueDecisions) -> bool:
        """Write the decisions about a queue, unless there are some; return whether they were written."""
        uri = decisions_uri(self.folder, decisions.queue)
        return self.objects.put_if_absent(uri, encode_decisions(decisions), _JSON)

    def hold(self, holds: S3Uri, record: HoldRecord) -> None:
        """Write the hold records of an image and of its bytes. A record that exists stays as it is."""
        body = encode_hold(record)
        self.objects.put_if_absent(hold_uri(holds, parse_s3_uri(record.uri)), body, _JSON)
        if record.etag:
            self.objects.put_if_absent(bytes_hold_uri(holds, record.etag), body, _JSON)

    def read_held(self, holds: S3Uri) -> HeldImages:
        """List the hold records."""
        return HeldImages(holds, {found.uri.key for found in self.objects.iter_objects(holds)})

    def delete_preview(self, prefix: S3Uri, image: str) -> None:
        """Delete the small picture of an image, if there is one; *image* is as in :func:`preview_uri`."""
        self.objects.delete(preview_uri(prefix, image))
