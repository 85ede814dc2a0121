"""More blocked images than an XCom lists, through both engines; a task acts on the verdict files."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.airflow_compat import DAG, task
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG("many_blocked", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    for engine in ("bulk", "per_image"):
        images = moderate_images(
            group_id=engine,
            engine=engine,
            source="s3://photos/uploads/",
            output=f"s3://photos/{engine}/",
            policy={"labels": {"Pills": {"block": 50}}, "default": "allow"},
            ledger=f"s3://photos/{engine}/ledger/",
            kms_key_id="alias/moderation",
            results={"parquet": f"s3://photos/{engine}/tables/"},
        )

        @task(task_id=f"quarantine_{engine}")
        def quarantine(verdicts):
            rows = iter_verdict_rows(verdicts["uris"], RekognitionHook().objects)
            return [[row.uri, row.confidence] for row in rows if row.verdict == "block"]

        quarantine(images.results.output["verdicts"])
