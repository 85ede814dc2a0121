"""``verify``: answer, on the user's own account, what AWS does not document."""

import argparse
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_provider_rekmedia.services.verify.cleanup import Leftovers
    from airflow_provider_rekmedia.services.verify.questions import Question
    from airflow_provider_rekmedia.services.verify.workbench import VerifyOptions
    from airflow_provider_rekmedia.services.verify_account import Cost, Verification

from .connection_options import add_connection_options, connected_hook
from .quiet_logs import quiet_logs

__all__ = ["add_parser", "run"]

_ENGINES: Final = {"both": ("bulk", "per_image"), "bulk": ("bulk",), "per_image": ("per_image",)}
_INTERRUPTED: Final = 130


def add_parser(subparsers: Any) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("verify", help="find out what AWS does where nothing documents it")
    parser.add_argument("--bucket", required=True, help="a bucket in the region of the calls")
    parser.add_argument("--prefix", default="", help="write below this prefix, in a folder of its own")
    add_connection_options(parser)
    parser.add_argument("--engine", choices=sorted(_ENGINES), default="both")
    parser.add_argument("--project-version", metavar="ARN", help="an adapter, for the question about it")
    parser.add_argument(
        "--fill-quota", action="store_true", help="use every job slot of the account for some minutes"
    )
    parser.add_argument("--output", type=Path, default=Path("facts.json"), help="the file for the answers")
    parser.add_argument(
        "--issue", type=Path, default=Path("facts.md"), help="the file for the text of an issue"
    )
    parser.add_argument("--yes", action="store_true", help="spend the money; without it, nothing is called")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """State the cost; with ``--yes``, ask AWS and write the files. Return the exit status."""
    from airflow_provider_rekmedia.core.jobs.job import Engine
    from airflow_provider_rekmedia.services.verify_account import choose_questions, plan_cost

    _check_arguments(arguments)
    engines = [Engine(name) for name in _ENGINES[arguments.engine]]
    questions = choose_questions(engines, has_adapter=arguments.project_version is not None)
    cost = plan_cost(questions, arguments.project_version, fill_quota=arguments.fill_quota)
    _print_cost(len(questions), cost)
    if not arguments.yes:
        _print("Nothing was called. Add --yes to run it.")
        return 1
    return _verify(arguments, questions)


def _verify(arguments: argparse.Namespace, questions: "Sequence[Question]") -> int:
    from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix
    from airflow_provider_rekmedia.services.verify_account import verify_account

    options = _options(arguments)
    base = parse_s3_prefix(f"s3://{arguments.bucket}/{arguments.prefix.lstrip('/')}")
    prefix = S3Uri(base.bucket, f"{base.key}rekmedia-verify-{options.run_id}/")
    with quiet_logs():
        hook = connected_hook(arguments)
        _print(f"Everything is written below {prefix}")
        found = verify_account(hook, prefix, questions, options)
        region = hook.region
    _write_files(arguments, found, region)
    _print_left(found.left, prefix)
    if found.stopped_by is not None:
        raise found.stopped_by
    if not found.is_complete:
        return _INTERRUPTED
    return int(bool(found.left.objects or found.left.running_jobs))


def _check_arguments(arguments: argparse.Namespace) -> None:
    """Refuse what cannot work before anything is paid."""
    from airflow_provider_rekmedia.core.errors import InvalidArgument

    bucket = arguments.bucket
    if not re.fullmatch(r"[\w.-]+", bucket):
        problem = "write the name of a bucket, without s3://; --prefix names the folder"
        raise InvalidArgument(argument="--bucket", value=bucket, problem=problem)
    for name, path in (("--output", arguments.output), ("--issue", arguments.issue)):
        if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
            problem = "no file can be written there; name a file in a folder that exists"
            raise InvalidArgument(argument=name, value=str(path), problem=problem)


def _options(arguments: argparse.Namespace) -> "VerifyOptions":
    import time
    import uuid

    from airflow_provider_rekmedia.services.verify.workbench import VerifyOptions
    from airflow_provider_rekmedia.services.wait_for_jobs import utc_now

    return VerifyOptions(
        run_id=uuid.uuid4().hex,
        project_version=arguments.project_version,
        fill_quota=arguments.fill_quota,
        sleep=time.sleep,
        clock=utc_now,
        report=_print,
    )


def _print_cost(questions: int, cost: "Cost") -> None:
    from airflow_provider_rekmedia.core.images.prices import PRICE_REGION, PRICES_AS_OF

    _print(
        f"{questions} questions: at most {cost.images} images in {cost.jobs} jobs and single calls, "
        f"${cost.usd:.3f} at the prices of {PRICE_REGION} of {PRICES_AS_OF}. "
        "The requests to S3 cost less than $0.01."
    )


def _write_files(arguments: argparse.Namespace, found: "Verification", region: str) -> None:
    from importlib.metadata import version

    from airflow_provider_rekmedia.core.verify.facts_file import encode_facts, encode_issue
    from airflow_provider_rekmedia.services.wait_for_jobs import utc_now

    seen = {
        "package": version("airflow-provider-rekmedia"),
        "region": region,
        "date": utc_now().date().isoformat(),
    }
    arguments.output.write_bytes(encode_facts(found.answers, **seen))
    arguments.issue.write_bytes(encode_issue(found.answers, **seen))
    answered = sum(answer.text is not None for answer in found.answers.values())
    _print(
        f"{answered} of {len(found.answers)} questions are answered. "
        f"The answers are in {arguments.output}, the text for an issue in {arguments.issue}."
    )


def _print_left(left: "Leftovers", prefix: object) -> None:
    if not left.objects and not left.running_jobs:
        _print("Everything that was written is removed.")
    for text in left.objects:
        _print(f"Left: {text}")
    for job_id in left.running_jobs:
        _print(f"Left: job {job_id} still runs. AWS cannot stop it. When it has ended, delete {prefix}")


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
