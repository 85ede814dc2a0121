"""``policy``: list and show the ready-made policies, check a policy, and compare two over stored results."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from .connection_options import add_connection_options, connected_hook
from .quiet_logs import quiet_logs

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.verdicts.policy_diff import PolicyDiff

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
    diff = actions.add_parser(
        "diff",
        help="count how many verdicts another policy would change",
        description="Judge stored results by two policies. Nothing is analyzed or written.",
    )
    diff.add_argument("old", metavar="OLD", help="a file, an s3:// uri, or the name of a policy")
    diff.add_argument("new", metavar="NEW", help="the same")
    diff.add_argument(
        "--results",
        action="append",
        required=True,
        metavar="URI",
        help="a results file, or a prefix with a slash at its end; repeatable",
    )
    add_connection_options(diff)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run one of the actions; return the exit status."""
    match arguments.action:
        case "list":
            return _list()
        case "show":
            return _show(arguments.policy)
        case "diff":
            return _diff(arguments)
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


def _diff(arguments: argparse.Namespace) -> int:
    with quiet_logs():
        diff = _compare(arguments)
    sys.stdout.write(_format(diff))
    return 0


def _compare(arguments: argparse.Namespace) -> "PolicyDiff":
    from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
    from airflow_provider_rekmedia.services.results.compare_policies import compare_policies

    hook = connected_hook(arguments)
    old, new = (load_policy(policy, hook.objects) for policy in (arguments.old, arguments.new))
    return compare_policies(old, new, arguments.results, hook.objects)


def _format(diff: "PolicyDiff") -> str:
    rows = [
        (f"{old} -> {new}" if old is not new else f"{old}, unchanged", count)
        for old, new, count in diff.iter_changes()
    ]
    rows += [("images", diff.images), ("changed", diff.changed)]
    return "".join(f"{name:<20}{count:>10,}\n" for name, count in rows)
