"""``airflow rekmedia``: the same command line in Airflow 3.2 and newer, which loads commands of providers."""

import argparse
import sys
from typing import Any

__all__ = ["get_cli_commands"]


def get_cli_commands() -> list[Any]:
    """Return the command. Airflow calls this at every start of ``airflow``, so nothing is parsed here."""
    from airflow.cli.cli_config import ActionCommand, Arg

    new_argument: Any = Arg  # Airflow's constructor has no annotations
    return [
        ActionCommand(
            name="rekmedia",
            help="Prepare and check the moderation of images: doctor, iam, plan, policy",
            func=_run,
            args=(
                new_argument(
                    ("arguments",),
                    nargs=argparse.REMAINDER,
                    help="a command and its options, such as policy list",
                ),
            ),
        )
    ]


def _run(parsed: argparse.Namespace) -> None:
    from .program import main

    sys.exit(main(parsed.arguments, program="airflow rekmedia"))
