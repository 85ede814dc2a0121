"""A signal, such as Airflow's timeout of a task, interrupts the main thread at any instruction."""

import subprocess
import sys
from pathlib import Path

WORKER = Path(__file__).with_name("interrupted_worker.py")


def test_an_interruption_anywhere_hangs_nothing_loses_nothing_and_pays_little_twice():
    done = subprocess.run([sys.executable, WORKER], capture_output=True, text=True, timeout=120, check=False)

    assert done.stdout == "nothing hangs, nothing is lost\n", done.stderr
