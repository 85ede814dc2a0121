"""A complete Airflow with an emulated AWS, which has one manifest of two images."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from buckets import create_buckets
from image_files import image_bytes

from airflow_provider_rekmedia.demo.local_airflow.supervisor import LocalAirflow

IMAGES = 2


def put_manifest(aws: Any) -> None:
    s3 = aws.client("s3")
    create_buckets(s3, "photos")
    for n in range(IMAGES):
        s3.put_object(Bucket="photos", Key=f"{n}.jpg", Body=image_bytes())
    body = "".join(f'{{"source-ref": "s3://photos/{n}.jpg"}}\n' for n in range(IMAGES))
    s3.put_object(Bucket="photos", Key="manifest.jsonl", Body=body.encode())


@contextmanager
def airflow_on(
    aws: Any, home: Path, dag_id: str, *, dags: str = "dags", **settings: str
) -> Iterator[LocalAirflow]:
    """Run an Airflow with the Dags of a folder beside this file. They can import its modules."""
    here = Path(__file__).parent
    with LocalAirflow(home / "airflow", here / dags) as airflow:
        common = {"AIRFLOW_CONN_AWS_DEFAULT": aws.airflow_connection(), "PYTHONPATH": str(here)}
        airflow.start(common | settings)
        airflow.wait_until_ready(dag_id)
        yield airflow
