"""Loads a policy: a mapping, or YAML or JSON from the worker's disk or from S3."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidPolicy
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.policy import Policy
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

from .policy_yaml import read_policy_yaml

__all__ = ["load_policy"]


def load_policy(policy: Mapping[str, Any] | str, objects: S3Objects) -> Policy:
    """
    Load a policy.

    :param policy: The policy itself; or the path of a YAML file on the worker; or its ``s3://`` uri.
    :raises InvalidPolicy: The file cannot be read, or is not a policy.
    :raises ServiceError: S3 refused.
    """
    if not (policy and isinstance(policy, str)):
        return parse_policy(policy)
    try:
        is_in_s3 = policy.startswith("s3://")
        body = objects.read(parse_s3_uri(policy)) if is_in_s3 else Path(policy).read_bytes()
    except (OSError, ValueError) as problem:
        raise InvalidPolicy(where=policy, problem=problem) from problem
    return parse_policy(read_policy_yaml(body, policy))
