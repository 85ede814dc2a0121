"""``plan``: count the images of a run, and print its shards, cost and time. It writes nothing to S3."""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from .connection_options import add_connection_options, connected_hook
from .quiet_logs import quiet_logs
from .run_options import add_run_options, run_arguments

__all__ = ["add_parser", "run"]

_MINUTE_S = 60


def add_parser(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "plan",
        help="count images, shards, cost and time, and write nothing",
        description="List the source and read the ledger, as the task manifest does. Nothing is written.",
    )
    add_connection_options(parser)
    add_run_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Count the images, and print the figures."""
    with quiet_logs():
        rows = _count(arguments)
    sys.stdout.write("".join(f"{name:<10}  {value}\n" for name, value in rows.items()))
    return 0


def _count(arguments: argparse.Namespace) -> Mapping[str, str]:
    from airflow_provider_rekmedia.core.counted import counted
    from airflow_provider_rekmedia.services.preflight.count_images import count_images

    hook = connected_hook(arguments)
    created = count_images(run_arguments(arguments), hook)
    figures = created.estimate
    skipped = ", ".join(f"{count:,} {reason}" for reason, count in sorted(created.skipped.items()))
    minutes = -(-figures.per_image_s // _MINUTE_S)
    return {
        "images": f"{figures.images:,}",
        "skipped": skipped or "none",
        "manifests": f"{figures.shards:,}",
        "cost": f"{figures.price_usd:.2f} US dollars in {figures.price_region} ({figures.prices_as_of})",
        "bulk": f"{counted(figures.job_rounds, 'round')} of jobs; AWS publishes no duration of a job",
        "per image": f"{counted(minutes, 'minute')} at the default quota of {hook.region}",
    }
