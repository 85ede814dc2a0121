"""Counts the images of the source, up to a bound, and compares the estimate with the budget."""

import math
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Final

from airflow_provider_rekmedia.core.errors import ServiceError
from airflow_provider_rekmedia.core.images.estimate import estimate
from airflow_provider_rekmedia.core.images.source import Images, Prefixes
from airflow_provider_rekmedia.core.preflight.cost import judge_cost
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome

from .state import PreflightState

__all__ = ["check_cost"]

#: Ten pages of a listing, about a second. The task manifest counts all, before anything is paid.
_MAX_COUNTED: Final = 10_000


def check_cost(state: PreflightState) -> Iterator[Finding]:
    """Estimate the cost of prefixes or images. The manifest task counts list files and inventories."""
    counted = _count(state)
    if counted is None:
        text = "not estimated here; the task manifest checks max_cost before anything is paid"
        yield Finding(check="cost", outcome=Outcome.SKIPPED, text=text)
        return
    images, is_complete = counted
    state.estimate = estimate(
        images,
        image_bytes=None,
        shards=math.ceil(images / state.plan.max_images),
        region=state.clients.region,
        quota=state.quota,
    )
    yield judge_cost(state.plan, state.estimate, is_complete=is_complete)


def _count(state: PreflightState) -> tuple[int, bool] | None:
    """Return the number of images that the filter accepts, and whether all were counted."""
    match state.plan.source:
        case Images(images):
            return len(images), True
        case Prefixes(prefixes) if not {uri.bucket for uri in prefixes} & state.unusable_buckets:
            try:
                with closing(state.clients.objects.iter_objects(*prefixes)) as found:
                    listed = list(islice(found, _MAX_COUNTED + 1))
            except ServiceError:
                return None  # the check of the source reports it
            reason = state.plan.image_filter.reason_to_skip
            accepted = sum(reason(image) is None for image in listed[:_MAX_COUNTED])
            return accepted, len(listed) <= _MAX_COUNTED
        case _:
            return None
