"""
What a shard of a bulk night costs Airflow: calls of the api-server, rows in its database, bytes of XComs.

    python tests/benchmarks/metadata.py

A Dag with ``moderate_images`` runs in this process against the emulator, with few and with many shards. The
difference of the two runs, divided by the shards, is the cost of a shard. Heartbeats, one call every five
seconds while a task runs, are not in it: here no supervisor sends them. Airflow 3.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SHARDS = (2, 12)
DAG = """
from datetime import UTC, datetime

from airflow.sdk import DAG
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG("night", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), params={"shards": 1}) as dag:
    moderate_images(
        engine="bulk",
        source="s3://photos/uploads-{{ params.shards }}/",
        output="s3://photos/output-{{ params.shards }}/",
        manifest={"max_images": 1},
        bulk={"deferrable": True, "poll_interval": 1},
    )
"""


def start_airflow(home: Path, connection: str) -> None:
    """Set the environment, and make the database. Airflow reads the environment at its first import."""
    (home / "dags").mkdir()
    (home / "dags" / "shards_dag.py").write_text(DAG)
    os.environ |= {
        "AIRFLOW_CONN_AWS_DEFAULT": connection,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
    }
    from airflow.utils.db import initdb

    initdb()


def count_calls(calls: Counter[str]) -> None:
    """Count each call of the api-server, by its path without ids."""
    from airflow.sdk.api.client import Client  # noqa: TID251 Airflow 3 only

    # In this process, Airflow's client bypasses the retries around this function.
    request = Client.request.__wrapped__  # type: ignore[attr-defined]

    def counted(self: Any, method: str, path: Any, *args: Any, **kwargs: Any) -> Any:
        calls[f"{method} {str(path).split('/')[0]}"] += 1
        return request(self, method, path, *args, **kwargs)

    Client.request.__wrapped__ = counted  # type: ignore[attr-defined]


def rows_of(run_id: str) -> Counter[str]:
    """Count the rows of a run in each table, and the bytes of its XComs."""
    import sqlalchemy as sa
    from airflow.utils.session import create_session

    found: Counter[str] = Counter()
    with create_session() as session:
        for table in ("task_instance", "rendered_task_instance_fields", "log", "xcom"):
            query = sa.text(f"select count(*) from {table} where run_id = :run_id")  # noqa: S608 four names
            found[f"rows of {table}"] = session.execute(query, {"run_id": run_id}).scalar_one()
        query = sa.text("select sum(length(value)) from xcom where run_id = :run_id")
        found["bytes of XComs"] = session.execute(query, {"run_id": run_id}).scalar_one()
    return found


def night(dag: Any, shards: int, aws: Any, calls: Counter[str]) -> Counter[str]:
    """Run one night, and return its figures."""
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (100, 100)).save(buffer, "JPEG")
    s3 = aws.client("s3")
    for number in range(shards):
        s3.put_object(Bucket="photos", Key=f"uploads-{shards}/{number:03}.jpg", Body=buffer.getvalue())
    calls.clear()
    run = dag.test(logical_date=datetime.now(UTC), run_conf={"shards": shards})
    assert run.state == "success", run.state
    return rows_of(run.run_id) + Counter({f"calls: {name}": count for name, count in calls.items()})


def main() -> None:
    import logging

    from airflow_provider_rekmedia import emulator

    with tempfile.TemporaryDirectory() as folder, emulator.running() as aws:
        aws.configure(created_s=0.05, queued_s=0.05, in_progress_s=0.1)
        start_airflow(Path(folder), aws.airflow_connection())
        aws.client("s3").create_bucket(Bucket="photos")
        calls: Counter[str] = Counter()
        count_calls(calls)
        sys.path.insert(0, str(Path(folder) / "dags"))
        from shards_dag import dag

        logging.disable(logging.WARNING)
        started = time.perf_counter()
        few, many = (night(dag, shards, aws, calls) for shards in SHARDS)
        print(f"{SHARDS[0]} and {SHARDS[1]} shards in {time.perf_counter() - started:.0f} s; for each shard:")
        for name in sorted(many):
            each = (many[name] - few[name]) / (SHARDS[1] - SHARDS[0])
            if each:
                print(f"  {each:8,.1f} {name}")


if __name__ == "__main__":
    main()
