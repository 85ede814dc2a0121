"""The program ``serve``: keep everything running until Ctrl-C."""

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from .local_airflow.settings import find_free_ports, is_port_free
from .output_files import shorten_path
from .progress_log import ProgressLog
from .sandbox import BUCKET, DAG_ID, Sandbox, running_sandbox
from .waiting_review import REVIEW_DAG_ID, WaitingReview, can_ask_people

__all__ = ["command_to_serve", "serve"]

#: The port in Airflow's documentation. If another program uses it, a free port is chosen.
_PORT: Final = 8080

_INSTRUCTIONS: Final = """
Open {airflow.url}/dags/{dag} and press Trigger. There is no login.
A run takes about twenty seconds. Only the Dags that you trigger run.

To list the bucket and the jobs, use the AWS CLI in another terminal:

    export AWS_ENDPOINT_URL={aws.endpoint_url} AWS_DEFAULT_REGION=us-east-1
    export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing
    {cli} s3 ls --recursive s3://{bucket}/
    {cli} rekognition list-media-analysis-jobs

Ctrl-C stops everything and deletes the bucket.
"""

_REVIEW_STARTED: Final = f"""
One exception: the Dag {REVIEW_DAG_ID} has started. It will ask you to review images. The link comes
in a minute.
"""

_REVIEW: Final = """
Sample images wait for your review. Open

    {page}

and decide with the keys: a allow, b block, s skip, r allow the rest. Ctrl-Enter submits.
Then watch the run continue: {run}
"""


def command_to_serve() -> str:
    """Return the command that starts this program, with this Python."""
    return f"{shorten_path(Path(sys.executable))} -m airflow_provider_rekmedia.demo serve"


def serve(folder: Path, progress: ProgressLog) -> None:
    """
    Start everything, print how to use it, and wait for Ctrl-C.

    :param folder: for all files; emptied first
    :raises ProcessDied: a component of Airflow ended
    :raises TaskFailed: a task failed before the review
    """
    port = _PORT if is_port_free(_PORT) else find_free_ports(1)[0]
    with running_sandbox(folder, progress, port=port) as sandbox, suppress(KeyboardInterrupt):
        print(_instructions(sandbox), flush=True)
        review = _start_review(sandbox) if can_ask_people() else None
        while True:
            time.sleep(1)
            sandbox.airflow.check()
            if review and _announce(review):
                review = None


def _announce(review: WaitingReview) -> bool:
    """Print where to review, as soon as a review waits; return whether it does."""
    page = None
    with suppress(TimeoutError):  # a slow API must not end the demo
        page = review.find_page()
    if page:
        print(_REVIEW.format(page=page, run=review.run_url), flush=True)
    return page is not None


def _start_review(sandbox: Sandbox) -> WaitingReview:
    sandbox.airflow.wait_until_ready(REVIEW_DAG_ID)
    review = WaitingReview.start(sandbox.airflow)
    print(_REVIEW_STARTED, flush=True)
    return review


def _instructions(sandbox: Sandbox) -> str:
    beside_python = Path(sys.executable).parent / "aws"
    cli = shorten_path(beside_python) if beside_python.is_file() else "aws"
    return _INSTRUCTIONS.format(airflow=sandbox.airflow, aws=sandbox.aws, bucket=BUCKET, dag=DAG_ID, cli=cli)
