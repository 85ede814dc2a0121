"""Questions that need many calls at once, or one call of each operation."""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from airflow_provider_rekmedia.core.images.prices import region_quota
from airflow_provider_rekmedia.core.verify.answer import Answer
from airflow_provider_rekmedia.core.verify.call_answers import (
    answer_closed_operations,
    answer_queued_jobs,
    answer_throttle_error,
    answer_throttling_status,
)
from airflow_provider_rekmedia.core.verify.outcome import Refusal

from .workbench import CONNECTIONS, Workbench, call

__all__ = [
    "MAX_SLOT_JOBS",
    "THROTTLED_CALLS",
    "ask_closed_operations",
    "ask_queued_jobs",
    "ask_throttle_error",
    "ask_throttling_status",
]

#: Calls of ListMediaAnalysisJobs at once. Its default quota is 5 calls per second, and it is free.
THROTTLED_CALLS: Final = 40
#: Jobs that are started at most to fill the quota, which is 20 or 5 by default.
MAX_SLOT_JOBS: Final = 60

_NO_JOB: Final = "0" * 64
_LIMIT: Final = re.compile(r"Maximum limit: (\d+)", re.IGNORECASE)
#: Between two starts, so that some jobs run while others wait.
_START_PAUSE_S: Final = 1.0


def ask_closed_operations(bench: Workbench) -> Answer:
    """Call each operation of bulk analysis once."""
    start = bench.start("mixed")
    get = call(lambda: bench.jobs.fetch(_NO_JOB))
    listed = call(lambda: bench.jobs.fetch_page(None, size=1))
    outcomes = {"StartMediaAnalysisJob": start, "GetMediaAnalysisJob": get, "ListMediaAnalysisJobs": listed}
    return answer_closed_operations(
        {name: outcome if isinstance(outcome, Refusal) else None for name, outcome in outcomes.items()}
    )


def ask_throttle_error(bench: Workbench) -> Answer:
    """Make more calls at once than the quota allows, and return the error of the refused ones."""
    return answer_throttle_error(_throttle(bench), THROTTLED_CALLS)


def ask_throttling_status(bench: Workbench) -> Answer:
    """Make more calls at once than the quota allows, and return their HTTP status."""
    return answer_throttling_status(_throttle(bench), THROTTLED_CALLS)


def ask_queued_jobs(bench: Workbench) -> Answer:
    """Start jobs whose image does not exist, until the service refuses another one."""
    if not bench.options.fill_quota:
        return Answer.open("not asked: --fill-quota uses every job slot of the account for some minutes")
    started: list[str] = []
    refusal: Refusal | None = None
    bench.put_manifest("slot")
    while refusal is None and len(started) < MAX_SLOT_JOBS:
        token = f"rekmedia-{bench.options.run_id}-slot-{len(started)}"
        outcome = call(partial(bench.start_again, "slot", token))
        if isinstance(outcome, Refusal):
            refusal = outcome
        else:
            started.append(outcome)
            bench.options.sleep(_START_PAUSE_S)
    statuses = [bench.jobs.fetch(job_id).status for job_id in started]
    found = _LIMIT.search(refusal.message) if refusal else None
    limit = int(found[1]) if found else region_quota(bench.region).concurrent_jobs
    return answer_queued_jobs(statuses, refusal, limit)


def _throttle(bench: Workbench) -> list[Refusal]:
    """Make the calls once, for both questions."""
    if bench.throttled is not None:
        return bench.throttled

    def list_jobs(_: int) -> object:
        return call(lambda: bench.jobs.fetch_page(None, size=1))

    with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="rekmedia-verify") as pool:
        outcomes = list(pool.map(list_jobs, range(THROTTLED_CALLS)))
    bench.throttled = [item for item in outcomes if isinstance(item, Refusal) and item.is_throttled]
    return bench.throttled
