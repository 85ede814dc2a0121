"""``make airflow``: everything on, until Ctrl-C."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from demo.airflow_settings import free_ports, is_free
from demo.progress import Progress
from demo.stage import BUCKET, DAG_ID, Stage, raised_stage

__all__ = ["serve"]

#: Where Airflow's own documentation says that it is, if nobody else is there.
_PORT: Final = 8080

_INVITATION: Final = """
Open {airflow.url}/dags/{dag} and press Trigger; nobody logs in.
A run takes about twenty seconds. To look into the bucket and at the jobs, in another terminal:

    export AWS_ENDPOINT_URL={aws.endpoint_url} AWS_DEFAULT_REGION=us-east-1
    export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing
    .venv/bin/aws s3 ls --recursive s3://{bucket}/
    .venv/bin/aws rekognition list-media-analysis-jobs

Ctrl-C stops everything; what is in the bucket is gone then.
"""


def serve(folder: Path, progress: Progress) -> None:
    """
    Start everything, say where it is, and stay until somebody stops it.

    :param folder: for everything that it writes; emptied first
    :raises ProgramDied: a part of Airflow ended by itself
    """
    port = _PORT if is_free(_PORT) else free_ports(1)[0]
    with raised_stage(folder, progress, port=port) as stage, suppress(KeyboardInterrupt):
        invitation = _INVITATION.format(airflow=stage.airflow, aws=stage.aws, bucket=BUCKET, dag=DAG_ID)
        print(invitation, flush=True)
        _stay(stage)
    progress.tell("airflow", "stopped")


def _stay(stage: Stage) -> None:
    """Look once a second whether a component of Airflow has died, until Ctrl-C."""
    while True:
        time.sleep(1)
        stage.airflow.check()
