"""``policy``: list and show the ready-made policies, and check a policy file."""

import argparse
import sys
from typing import Any

__all__ = ["add_parser", "run"]


def add_parser(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("policy", help="list, show and check policies")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="list the ready-made policies")
    show = actions.add_parser("show", help="print a ready-made policy")
    show.add_argument("policy", metavar="NAME")
    check = actions.add_parser("check", help="check a policy")
    check.add_argument("policy", metavar="POLICY", help="a file on this machine, or the name of a policy")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run one of the actions; return the exit status."""
    match arguments.action:
        case "list":
            return _list()
        case "show":
            return _show(arguments.policy)
        case _:
            return _check(arguments.policy)


def _list() -> int:
    from airflow_provider_rekmedia.adapters.results.ready_made_policies import iter_ready_made_policies

    for policy in iter_ready_made_policies():
        sys.stdout.write(f"{policy.name:<16}  {policy.summary}\n")
    return 0


def _show(name: str) -> int:
    from airflow_provider_rekmedia.adapters.results.ready_made_policies import read_ready_made_policy

    sys.stdout.write(read_ready_made_policy(name).decode())
    return 0


def _check(source: str) -> int:
    from airflow_provider_rekmedia.adapters.results.local_policy import load_local_policy

    policy = load_local_policy(source)
    sys.stdout.write(f"{source} is a policy with {len(policy.rules)} rules for labels.\n")
    return 0
