"""Chooses the images of a review, and writes their queues."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.adapters.review.previews import preview_maker
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.review.audit_sample import (
    AuditCandidates,
    audit_items,
    decode_candidates,
)
from airflow_provider_rekmedia.core.review.order import OrderKey, ReviewOrder, order_key, thresholds_of
from airflow_provider_rekmedia.core.review.queue import ReviewItem, ReviewQueue, Sample
from airflow_provider_rekmedia.core.review.review_plan import ReviewPlan
from airflow_provider_rekmedia.core.review.same_bytes import bytes_key
from airflow_provider_rekmedia.core.review.selection import HeldImages, Selection, iter_reviewable
from airflow_provider_rekmedia.core.review.split_queues import review_item, split_queues
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

from .earlier_images import EarlierImages, read_earlier
from .listed_images import ListedImages, SameBytes, find_copies
from .make_previews import make_previews
from .plan_request import PlanRequest

__all__ = ["ReviewPlanner"]

#: Airflow's default for core.max_map_length is 1,024 mapped tasks.
_MAX_QUEUES: Final = 1_000


class ReviewPlanner:
    """
    Plans one review.

    :raises ExtraMissing: *request* asks for previews, and Pillow is not installed.
    """

    def __init__(self, request: PlanRequest, files: ReviewFiles) -> None:
        self._request = request
        self._files = files
        self._make = preview_maker() if request.previews else None

    def plan(self) -> ReviewPlan:
        """Choose the images, write their previews and queues, and return the plan, which is not written."""
        request = self._request
        held = self._files.read_held(request.holds)
        earlier = read_earlier(request.prefix, (request.dag_id, request.run_id), self._files, held)
        with ListedImages() as tonight:
            rows = self._select(held, earlier, tonight)
            return self._plan(rows, earlier, tonight, held)

    def _plan(
        self, rows: Sequence[VerdictRow], earlier: EarlierImages, tonight: ListedImages, held: HeldImages
    ) -> ReviewPlan:
        request = self._request
        candidates = self._read_candidates()
        items = self._items(rows, candidates, held)
        if self._make is not None:
            items = make_previews(items, self._files.objects, request.prefix, self._make)
        # An image may have been escalated since, in the review of another run.
        held = self._files.read_held(request.holds)
        items = [item for item in items if not self._drop_held(item, held)]
        with_same_bytes = find_copies(items, earlier, tonight, held)
        return self._write(items, rows, candidates, earlier, with_same_bytes)

    def _select(self, held: HeldImages, earlier: EarlierImages, tonight: ListedImages) -> list[VerdictRow]:
        """
        Return the images to review: those of earlier runs first. A newer verdict replaces an older one.

        This is the only pass over the verdict files.

        :param tonight: Gets all images that people may review.
        """
        request = self._request
        key = self._order_key()
        best = Selection(key, request.max_images)
        rows = iter_verdict_rows(request.verdict_uris, self._files.objects)
        for row in iter_reviewable(rows, request.verdicts, held):
            earlier.rows.pop(row.uri, None)
            tonight.add(row)
            best.add([row])
        undecided = Selection(key, request.max_images)
        undecided.add(earlier.rows.values())
        first = undecided.chosen()
        seen = {bytes_key(row) for row in first}
        rest = [row for row in best.chosen() if bytes_key(row) not in seen]
        return [*first, *rest][: request.max_images]

    def _order_key(self) -> OrderKey:
        request = self._request
        if request.order is not ReviewOrder.THRESHOLD:
            return order_key(request.order, {})
        if request.policy is None:
            problem = "the thresholds are in the policy; set policy as in the results task"
            raise InvalidArgument(argument="order", value=str(request.order), problem=problem)
        return order_key(request.order, thresholds_of(load_policy(request.policy, self._files.objects)))

    def _read_candidates(self) -> AuditCandidates | None:
        uri = self._request.candidates
        return None if uri is None else decode_candidates(self._files.objects.read(uri), str(uri))

    def _items(
        self, rows: Sequence[VerdictRow], candidates: AuditCandidates | None, held: HeldImages
    ) -> list[ReviewItem]:
        request = self._request
        digest = _policy_digest(rows, candidates)
        items = [review_item(row, digest) for row in rows]
        if candidates is not None:
            sample = audit_items(candidates, near=request.audit_near, clean=request.audit_clean)
            items += [item for item in sample if not held.has(item.bucket, item.key, item.etag)]
        return items

    def _drop_held(self, item: ReviewItem, held: HeldImages) -> bool:
        if not held.has(item.bucket, item.key, item.etag):
            return False
        if item.preview is not None:
            self._files.delete_preview(self._request.prefix, bytes_key(item))
        return True

    def _write(
        self,
        items: Sequence[ReviewItem],
        rows: Sequence[VerdictRow],
        candidates: AuditCandidates | None,
        earlier: EarlierImages,
        found: SameBytes,
    ) -> ReviewPlan:
        request = self._request
        batches = split_queues(
            items, queue_size=request.queue_size, double_share=request.double_share, salt=str(request.prefix)
        )
        if len(batches) > _MAX_QUEUES:
            problem = f"it makes {len(batches):,} queues, and the limit is {_MAX_QUEUES:,}; use larger queues"
            raise InvalidArgument(argument="queue_size", value=request.queue_size, problem=problem)
        now = datetime.now(UTC)
        queues = [
            ReviewQueue(
                number=number,
                dag_id=request.dag_id,
                run_id=request.run_id,
                policy=_policy_name(rows, candidates),
                policy_digest=_policy_digest(rows, candidates),
                created_at=now,
                holds=str(request.holds),
                items=batch,
            )
            for number, batch in enumerate(batches)
        ]
        written = [self._files.write_queue(queue, found.uris) for queue in queues]
        return ReviewPlan(
            prefix=str(request.prefix),
            dag_id=request.dag_id,
            run_id=request.run_id,
            created_at=now,
            holds=str(request.holds),
            verdict_uris=request.verdict_uris,
            run_images=request.run_images,
            earlier_uris=earlier.copy(self._files),
            consumed_uris=earlier.uris,
            verdicts=tuple(sorted(request.verdicts)),
            queues=tuple(written),
            counts=_counts(queues, found, earlier),
        )


def _counts(queues: Sequence[ReviewQueue], found: SameBytes, earlier: EarlierImages) -> dict[str, int]:
    samples = Counter(item.sample for queue in queues for item in queue.items)
    queued = samples[Sample.QUEUE]
    same = sum(map(len, found.uris.values()))
    return {
        "images": found.images,
        "queued": queued,
        "copies": same,
        "earlier": len(earlier.rows),
        "audit": samples[Sample.AUDIT],
        "double": samples[Sample.DOUBLE],
        "left_out": max(0, found.images - queued - same),
        "queues": len(queues),
    }


def _policy_digest(rows: Sequence[VerdictRow], candidates: AuditCandidates | None) -> str:
    known = candidates.policy_digest if candidates else ""
    return rows[-1].policy_digest if rows else known


def _policy_name(rows: Sequence[VerdictRow], candidates: AuditCandidates | None) -> str | None:
    known = candidates.policy if candidates else None
    return rows[-1].policy if rows else known
