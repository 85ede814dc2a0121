"""``doctor``: check everything that a run needs, and print a table."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .connection_options import add_connection_options, connection_hook
from .quiet_logs import quiet_logs
from .run_options import add_run_options, run_arguments

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.preflight.finding import Finding

__all__ = ["add_parser", "run"]


def add_parser(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="check everything that a run needs, before anything is paid",
        description="Make the checks of the task preflight. The exit status is 1 if one of them fails.",
    )
    add_connection_options(parser)
    add_run_options(parser)
    parser.add_argument("--policy", metavar="POLICY", help="a file, an s3:// uri, or the name of a policy")
    parser.add_argument("--min-confidence", metavar="PERCENT", help="of the job")
    parser.add_argument("--max-cost", metavar="USD", help="the budget of the run")
    parser.add_argument("--no-previews", action="store_true", help="the review makes no previews")
    parser.add_argument("--paid-probe", action="store_true", help="analyze one image, which is billed")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run all checks; return 1 if one failed."""
    with quiet_logs():
        findings = _check(arguments)
    from airflow_provider_rekmedia.core.preflight.finding import Outcome
    from airflow_provider_rekmedia.core.preflight.report import format_findings

    sys.stdout.write(f"{format_findings(findings)}\n")
    return int(any(finding.outcome is Outcome.FAILED for finding in findings))


def _check(arguments: argparse.Namespace) -> "Sequence[Finding]":
    from airflow_provider_rekmedia.services.preflight.run_preflight import run_preflight
    from airflow_provider_rekmedia.tasks.connection_check import check_connection

    hook = connection_hook(arguments)
    given = run_arguments(
        arguments,
        policy=arguments.policy,
        min_confidence=arguments.min_confidence,
        max_cost=arguments.max_cost,
        previews=not arguments.no_previews,
    )
    return run_preflight(
        given,
        hook,
        check_connection=lambda: check_connection(hook),
        paid_probe=arguments.paid_probe,
    ).findings
