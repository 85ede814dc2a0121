"""A whole Airflow whose AWS is the emulator, with one manifest of two images."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.local_airflow import LocalAirflow
from image_files import image_bytes

IMAGES = 2


def put_manifest(aws: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="photos")
    for n in range(IMAGES):
        s3.put_object(Bucket="photos", Key=f"{n}.jpg", Body=image_bytes())
    body = "".join(f'{{"source-ref": "s3://photos/{n}.jpg"}}\n' for n in range(IMAGES))
    s3.put_object(Bucket="photos", Key="manifest.jsonl", Body=body.encode())


@contextmanager
def airflow_on(aws: Any, home: Path, dag_id: str, **settings: str) -> Iterator[LocalAirflow]:
    """Start an Airflow with the Dags beside this file, and stop it in the end."""
    with LocalAirflow(home / "airflow", Path(__file__).parent / "dags") as airflow:
        airflow.start({"AIRFLOW_CONN_AWS_DEFAULT": aws.airflow_connection(), **settings})
        airflow.wait_until_ready(dag_id)
        yield airflow
