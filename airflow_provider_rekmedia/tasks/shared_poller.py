"""One client and one poller for all waits on an event loop that use the same connection and region."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from asgiref.sync import sync_to_async

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.services.jobs.job_poller import JobPoller

__all__ = ["shared_poller"]

# Weak references: a client lives as long as a trigger waits with it. The next trigger after that reads the
# connection again, in case it was edited. A boto3 client takes tens of milliseconds and about a megabyte.
_POLLERS: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[str, JobPoller]] = (
    WeakKeyDictionary()
)


def shared_poller(
    *,
    aws_conn_id: str | None,
    region_name: str | None,
    verify: bool | str | None,
    botocore_config: dict[str, Any] | None,
) -> JobPoller:
    """
    Return the poller of a connection and region. It creates its client when it polls, in a thread.

    :return: The same object for the same arguments on the same event loop, as long as a caller keeps it.
    """
    hook_arguments = {
        "aws_conn_id": aws_conn_id,
        "region_name": region_name,
        "verify": verify,
        "config": botocore_config,
    }

    async def connect() -> MediaAnalysisJobs:
        # Before Airflow 3.2, only asgiref's threads may read a connection; asyncio's may not.
        return await sync_to_async(_connect, thread_sensitive=False)(hook_arguments)

    key = repr((aws_conn_id, region_name, verify, sorted((botocore_config or {}).items())))
    pollers = _POLLERS.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    poller = pollers.get(key)
    if poller is None:
        poller = pollers[key] = JobPoller(connect, aws_conn_id=aws_conn_id)
    return poller


def _connect(hook_arguments: dict[str, Any]) -> MediaAnalysisJobs:
    return RekognitionHook(**hook_arguments).jobs
