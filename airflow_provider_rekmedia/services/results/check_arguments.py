"""Checks what the results task of a run will need, before the images are paid for."""

from collections.abc import Mapping
from typing import Any

from airflow_provider_rekmedia.adapters.parquet_rows import pyarrow_parquet
from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.arguments import parse_choice, parse_optional, parse_optional_prefix
from airflow_provider_rekmedia.core.errors.service import naming_argument
from airflow_provider_rekmedia.core.report.drift_action import DriftAction, parse_drift_action
from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance

__all__ = ["PREFIXES", "check_results_arguments"]

#: Arguments of the results operator that are prefixes to write to.
PREFIXES = ("parquet", "verdicts", "ledger", "report")


def check_results_arguments(arguments: Mapping[str, Any], objects: S3Objects) -> None:
    """
    Load the policy, and check that the extra is installed and that the buckets of the prefixes exist.

    Whether the prefixes can be written shows only when they are written.

    :param arguments: Rendered arguments of the results operator. Those that are not checked are ignored.
    :raises InvalidInput: An argument cannot be used, or the extra ``parquet`` is missing.
    :raises ServiceError: S3 refused; for instance, there is no such bucket.
    """
    parse_tolerance(arguments.get("max_failed"))
    on_drift = arguments.get("on_drift", DriftAction.WARN)
    if "report" in arguments:
        parse_drift_action(on_drift, report=arguments["report"])
    else:  # it may be an XCom, whose value is not known yet
        parse_choice("on_drift", on_drift, DriftAction)
    policy = parse_optional(arguments.get("policy"))
    if policy is not None:
        load_policy(policy, objects)
    for name in PREFIXES:
        with naming_argument(name):
            prefix = parse_optional_prefix(arguments.get(name))
            if prefix is not None:
                objects.bucket_region(prefix.bucket)
    if parse_optional(arguments.get("parquet")) is not None:
        pyarrow_parquet("parquet, the tables of the results task,")
