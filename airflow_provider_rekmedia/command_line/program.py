"""Parses the command line, runs one command, and turns errors into messages."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

__all__ = ["COMMANDS", "build_parser", "main"]

#: The modules of the commands. Each has ``add_parser(subparsers)`` and ``run(arguments) -> exit status``, and
#: imports what it needs in ``run``: Airflow takes seconds to import, and most commands do not need it.
COMMANDS: Final = ("doctor", "iam", "plan", "policy", "verify")

_PROGRAM: Final = "python -m airflow_provider_rekmedia"


def main(arguments: Sequence[str] | None = None, *, program: str = _PROGRAM) -> int:
    """
    Run one command.

    :param arguments: of the command line; ``None`` reads ``sys.argv``
    :param program: how the user called it, for the help
    :return: the exit status: 0 if all is well, 1 if something is not, 130 after Ctrl-C. Wrong usage ends the
        process with status 2.
    """
    parsed = build_parser(program).parse_args(arguments)
    from airflow_provider_rekmedia.core.errors import RekmediaError

    try:
        status: int = parsed.run(parsed)
        sys.stdout.flush()
    except RekmediaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:  # the reader of the output, such as head, has ended
        _discard_output()
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _discard_output() -> None:
    """Send standard output nowhere: Python flushes it at exit, fails again, and then ends with status 120."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def build_parser(program: str = _PROGRAM) -> argparse.ArgumentParser:
    """Make the parser, with one subparser for each command."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Prepare and check the moderation of images with Amazon Rekognition.",
        epilog="For trials and tests: airflow_provider_rekmedia.demo and airflow_provider_rekmedia.emulator.",
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        import_module(f".{name}", __package__).add_parser(subparsers)
    return parser
