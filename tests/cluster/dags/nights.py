"""``moderate_images`` with both engines. The images and the outputs are under the param ``prefix``."""

from datetime import UTC, datetime
from typing import Any

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

ENGINES: dict[str, dict[str, Any]] = {
    "bulk": {"bulk": {"deferrable": True, "poll_interval": 5}},
    # At most ten images are in flight. The run lasts longer than most faults.
    "per_image": {"per_image": {"max_tps": 2, "max_concurrency": 10}},
}

for engine, arguments in ENGINES.items():
    with DAG(
        f"moderate_{engine}",
        schedule=None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        default_args={"retries": 3},
        params={"prefix": "s3://photos/"},
    ):
        moderate_images(
            source="{{ params.prefix }}uploads/",
            output="{{ params.prefix }}moderation/",
            engine=engine,
            manifest={"max_images": 10} if engine == "bulk" else {},
            ledger="{{ params.prefix }}ledger/",
            **arguments,
        )
