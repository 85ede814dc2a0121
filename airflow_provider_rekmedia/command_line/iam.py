"""``iam``: print the IAM policy with the least permissions that a run needs."""

import argparse
import json
import sys
from typing import Any

from .run_options import add_run_options, run_arguments

__all__ = ["add_parser", "run"]


def add_parser(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "iam",
        help="print the IAM policy that a run needs",
        description="Print a policy as JSON, for the identity of the connection. It calls nothing.",
    )
    add_run_options(parser)
    parser.add_argument("--policy", metavar="URI", help="the policy of the run, if it is in S3")
    parser.add_argument("--decisions-file", metavar="URI", help="decisions of another tool, for the review")
    parser.add_argument(
        "--partition", choices=("aws", "aws-cn", "aws-us-gov"), default="aws", help="of the ARNs"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the policy."""
    from airflow_provider_rekmedia.core.preflight.finding import raise_failures
    from airflow_provider_rekmedia.core.preflight.iam_policy import iam_policy
    from airflow_provider_rekmedia.core.preflight.planned_run import plan_run

    given = run_arguments(arguments, policy=arguments.policy, decisions_file=arguments.decisions_file)
    plan, findings = plan_run(given)
    raise_failures(findings)
    sys.stdout.write(f"{json.dumps(iam_policy(plan, partition=arguments.partition), indent=2)}\n")
    return 0
