"""One client for all waits of a process that go through the same connection and region."""

import json
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from airflow_provider_rekmedia.adapters.media_analysis import MediaAnalysisJobs

from .rekognition import RekognitionHook

__all__ = ["shared_jobs"]

_LOCK = Lock()

# Weak: the client lives as long as somebody waits through it, and a connection that was edited meanwhile is
# read
# anew by the next who comes. Building a boto3 client takes tens of milliseconds and about a megabyte.
_BY_CONNECTION: WeakValueDictionary[str, MediaAnalysisJobs] = WeakValueDictionary()


def shared_jobs(
    *,
    aws_conn_id: str | None,
    region_name: str | None,
    verify: bool | str | None,
    botocore_config: dict[str, Any] | None,
) -> MediaAnalysisJobs:
    """
    Give the jobs of a connection and region; blocks while the first caller builds the client.

    :return: The same object for the same arguments, as long as one of its users holds it.
    """
    key = json.dumps([aws_conn_id, region_name, verify, botocore_config], sort_keys=True)
    with _LOCK:
        jobs = _BY_CONNECTION.get(key)
        if jobs is None:
            hook = RekognitionHook(
                aws_conn_id=aws_conn_id, region_name=region_name, verify=verify, config=botocore_config
            )
            jobs = _BY_CONNECTION[key] = hook.jobs
        return jobs
