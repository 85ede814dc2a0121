"""The command line of the demo: parse arguments, run one program, turn errors into messages."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from .errors import DemoError, MissingRequirement
from .local_airflow.log_tail import read_log_tail
from .progress_log import ProgressLog

__all__ = ["main"]

Program = Callable[[Path, ProgressLog], None]

_DESCRIPTION: Final = (
    "night: run the nightly Dag once in a local Airflow, with sample images and an emulated AWS, and print "
    "the result. serve: start the same Airflow and keep it running for a browser."
)
#: The module and the function of each program. They are imported late: they need the extra ``demo``.
_PROGRAMS: Final = {"night": ("nightly_run", "run_nightly_dag"), "serve": ("serve", "serve")}
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the demo.

    :param arguments: of the command line; ``None`` reads ``sys.argv``
    :return: the exit code: 0, 1 if something failed, 130 if a signal stopped it
    """
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=_DESCRIPTION)
    parser.add_argument("program", nargs="?", choices=tuple(_PROGRAMS), default="night")
    parser.add_argument("--folder", type=Path, default=Path(".demo"), help="where all files are written")
    parsed = parser.parse_args(arguments)
    folder = parsed.folder.resolve() / parsed.program
    for number in _STOP_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        _load_program(parsed.program)(folder, ProgressLog())
    except DemoError as error:
        sys.stderr.write(f"\n{error}\n")
        if error.log:
            sys.stderr.write(f"The end of {error.log}:\n\n{read_log_tail(error.log)}\n")
        return 1
    except TimeoutError as error:
        sys.stderr.write(f"\n{error}\nLogs: {folder / 'airflow'}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _load_program(name: str) -> Program:
    """Import a program. If a package is missing, raise an error that names the command to install it."""
    if (installed := version("apache-airflow")) < "3":
        msg = f"The demo needs Airflow 3. Airflow {installed} is installed."
        raise MissingRequirement(msg)
    module, function = _PROGRAMS[name]
    try:
        import_module("pyarrow")  # the Dags write tables
        program: Program = getattr(import_module(f".{module}", __package__), function)
    except ModuleNotFoundError as error:
        msg = f"{error}. Run: pip install 'airflow-provider-rekmedia[demo]'"
        raise MissingRequirement(msg) from error
    return program


def _interrupt(*_: Any) -> None:
    """Interrupt once. A second Ctrl-C must not interrupt the cleanup, which takes seconds."""
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
