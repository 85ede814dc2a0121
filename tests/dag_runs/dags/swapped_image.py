"""An image that is replaced by a clean one before its analysis and put back afterwards, with both engines."""

import time
from datetime import UTC, datetime

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from image_files import image_bytes

from airflow_provider_rekmedia.airflow_compat import DAG, task
from airflow_provider_rekmedia.task_groups.moderation import moderate_images


@task
def replace_image(uri, labels):
    bucket, key = S3Hook.parse_s3_url(uri)
    metadata = {"rekmedia-labels": labels} if labels else {}
    # The clean image has other bytes; the one that is put back has its old bytes again.
    body = image_bytes(90 if labels else 100)
    S3Hook().conn.put_object(Bucket=bucket, Key=key, Body=body, Metadata=metadata)


@task
def wait_a_second():
    time.sleep(1.1)  # S3 has modification times to the second


with DAG("swapped_image", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    for engine in ("bulk", "per_image"):
        image = f"s3://photos/{engine}/uploads/pills.jpg"
        images = moderate_images(
            group_id=engine,
            engine=engine,
            source=f"s3://photos/{engine}/uploads/",
            output=f"s3://photos/{engine}/",
            ledger=f"s3://photos/{engine}/ledger/",
        )
        cleaned = replace_image.override(task_id=f"clean_{engine}")(image, "")
        put_back = replace_image.override(task_id=f"put_back_{engine}")(image, "Pills=88.5")
        images.manifest >> cleaned >> images.job
        images.job >> wait_a_second.override(task_id=f"wait_{engine}")() >> put_back >> images.results
