#!/usr/bin/env python3
"""
Run the first Dag of the README in another environment, against an emulator that runs in this one.

The one argument is the other environment's Python. Its ``AIRFLOW_HOME`` has a migrated database.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow_provider_rekmedia.emulator import Settings, running

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from dag_files import with_airflow_2_imports  # noqa: E402 it is not installed
from image_files import image_bytes  # noqa: E402

MAJOR = "from importlib.metadata import version; print(version('apache-airflow').split('.')[0])"


def put_images(s3: Any) -> None:
    """
    Upload two images to block, nine to allow, and a file that is no image.

    The Dag quarantines at most a fifth of the images.
    """
    s3.create_bucket(Bucket="photos")
    allowed = {f"allowed-{number}.jpg": "" for number in range(9)}
    for name, labels in {"a.jpg": "Pills=95", "b.jpg": "Pills=90", **allowed}.items():
        found = {"rekmedia-labels": labels} if labels else {}
        s3.put_object(Bucket="photos", Key=f"uploads/{name}", Body=image_bytes(), Metadata=found)
    s3.put_object(Bucket="photos", Key="uploads/broken.jpg", Body=b"no image")


def main() -> int:
    """Run the Dag in a process of the other environment."""
    python = sys.argv[1]
    major = subprocess.check_output([python, "-c", MAJOR], text=True).strip()
    text = (ROOT / "example_dags/nightly_moderation.py").read_text()
    dags = Path(os.environ["AIRFLOW_HOME"]) / "dags"
    dags.mkdir(exist_ok=True)
    dag_file = dags / "nightly_moderation.py"
    dag_file.write_text(with_airflow_2_imports(text) if major == "2" else text)
    with running(Settings(created_s=0.1, queued_s=0.1, in_progress_s=0.2)) as aws:
        put_images(aws.client("s3"))
        tomorrow = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        environment = os.environ | {"AIRFLOW_CONN_AWS_DEFAULT": aws.airflow_connection()}
        command = [python, ROOT / ".ci/dag_test.py", dag_file, tomorrow.isoformat()]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    # The rest is Airflow's log, which nobody needs to see if all went well.
    outcome = "".join(line for line in ran.stdout.splitlines(keepends=True) if line.startswith("Airflow "))
    sys.stdout.write(ran.stdout + ran.stderr if ran.returncode or not outcome else outcome)
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
