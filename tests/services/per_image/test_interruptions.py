"""A signal, such as Airflow's timeout of a task, interrupts the main thread at any instruction."""

import subprocess
import sys
from pathlib import Path

WORKER = Path(__file__).with_name("interrupted_worker.py")


def test_an_interrupted_job_never_hangs_and_a_retry_completes_it():
    done = subprocess.run([sys.executable, WORKER], capture_output=True, text=True, timeout=120, check=False)

    assert done.stdout == "nothing hangs, nothing is lost\n", done.stderr
