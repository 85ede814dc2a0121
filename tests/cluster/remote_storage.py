"""What Airflow wrote into the emulated S3: remote logs, and the XComs that are too big for its database."""

from collections.abc import Iterator
from typing import Any

#: The bucket of both, as in ``settings.py``.
BUCKET = "airflow"
#: Airflow's API client logs this as an error for each XCom that a task asks for in vain.
_NOISE = b"XCom not found"


def count_logs(s3: Any, dag_id: str, run_id: str) -> int:
    """Count the task logs of a run."""
    return sum(1 for _ in _keys(s3, _logs(dag_id, run_id)))


def count_xcoms(s3: Any, dag_id: str, run_id: str) -> int:
    """Count the stored XComs of a run."""
    return sum(1 for _ in _keys(s3, f"xcoms/{dag_id}/{run_id}/"))


def count_noise(s3: Any, dag_id: str, run_id: str) -> int:
    """Count the lines in the logs of a run that report an XCom as not found."""
    return sum(
        s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().count(_NOISE)
        for key in _keys(s3, _logs(dag_id, run_id))
    )


def _logs(dag_id: str, run_id: str) -> str:
    return f"logs/dag_id={dag_id}/run_id={run_id}/"


def _keys(s3: Any, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
        yield from (each["Key"] for each in page.get("Contents", []))
