"""The emulator as a separate process."""

import subprocess
import sys
import time
from contextlib import contextmanager

COMMAND = [sys.executable, "-m", "airflow_provider_rekmedia.emulator"]


@contextmanager
def started(ready_file, *options):
    """Start it on a free port, wait for its ready file, and terminate it at the end."""
    command = [*COMMAND, "--port", "0", "--ready-file", str(ready_file), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 30
            while not ready_file.exists():
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield process, ready_file.read_text()
        finally:
            process.terminate()
            process.communicate()
