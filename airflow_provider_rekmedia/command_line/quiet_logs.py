"""Keeps the logs of Airflow out of the output of a command."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

__all__ = ["quiet_logs"]

#: Airflow reads it at its first import, which is later.
_LEVEL = "AIRFLOW__LOGGING__LOGGING_LEVEL"


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Log errors only, and to standard error: Airflow 3 logs to standard output."""
    os.environ.setdefault(_LEVEL, "ERROR")
    logging.disable(logging.WARNING)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        logging.disable(logging.NOTSET)
