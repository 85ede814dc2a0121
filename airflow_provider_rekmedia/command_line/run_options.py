"""The options that describe a run, which ``doctor``, ``iam`` and ``plan`` share."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments

__all__ = ["add_run_options", "run_arguments"]


def add_run_options(parser: Any) -> None:
    """Add the options of a run. They have the names of the arguments of ``moderate_images``."""
    parser.add_argument(
        "--source",
        action="append",
        required=True,
        metavar="URI",
        help="where the images are, such as s3://photos/uploads/; repeatable",
    )
    parser.add_argument("--output", required=True, metavar="PREFIX", help="where the run writes")
    parser.add_argument("--engine", choices=("bulk", "per_image"), default="per_image")
    parser.add_argument("--ledger", metavar="PREFIX", help="the ledger")
    parser.add_argument("--parquet", metavar="PREFIX", help="the tables")
    parser.add_argument("--kms-key-id", metavar="KEY", help="the key that encrypts what is written")
    parser.add_argument("--project-version", metavar="ARN", help="an adapter")
    parser.add_argument(
        "--action",
        action="append",
        default=[],
        metavar="VERDICT=VERB",
        help="what is done to images, such as block=move; repeatable",
    )
    parser.add_argument("--quarantine", metavar="PREFIX", help="where copies go, if not below the output")
    parser.add_argument("--review", metavar="PREFIX", help="the files of reviews, if people review images")
    parser.add_argument("--holds", metavar="PREFIX", help="the hold records, if not below the output")


def run_arguments(options: argparse.Namespace, **more: Any) -> "RunArguments":
    """
    Return the arguments of the operators of the run.

    :param more: Options that only one command has.
    :raises InvalidArgument: An option cannot be used.
    """
    from airflow_provider_rekmedia.core.preflight.run_folders import arguments_below

    return arguments_below(
        _parse_output(options.output),
        source=options.source[0] if len(options.source) == 1 else options.source,
        engine=options.engine,
        ledger=options.ledger,
        parquet=options.parquet,
        kms_key_id=options.kms_key_id,
        project_version=options.project_version,
        actions=_parse_actions(options.action),
        quarantine=options.quarantine,
        review=options.review,
        holds=options.holds,
        **more,
    )


def _parse_output(given: str) -> str:
    from airflow_provider_rekmedia.core.errors import InvalidArgument, InvalidS3Uri
    from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix

    try:
        prefix = str(parse_s3_prefix(given))
    except InvalidS3Uri as error:
        problem = f"{error.fields['problem']}; write it as s3://bucket/prefix/"
        raise InvalidArgument(argument="--output", value=given, problem=problem) from error
    return prefix


def _parse_actions(entries: list[str]) -> Mapping[str, str]:
    from airflow_provider_rekmedia.core.errors import InvalidArgument

    actions: dict[str, str] = {}
    for entry in entries:
        verdict, separator, verb = entry.partition("=")
        if not separator:
            problem = "write a verdict and a verb, such as block=move"
            raise InvalidArgument(argument="--action", value=entry, problem=problem)
        if verdict in actions:
            problem = f"the images of a verdict have one action, and {verdict}={actions[verdict]} is another"
            raise InvalidArgument(argument="--action", value=entry, problem=problem)
        actions[verdict] = verb
    return actions
