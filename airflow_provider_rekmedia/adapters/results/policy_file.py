"""Loads a policy: a mapping, or YAML or JSON from the worker's disk or from S3."""

from collections.abc import Mapping
from typing import Any

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import (
    InvalidPolicy,
    ObjectUnreadable,
    PolicyMissing,
)
from airflow_provider_rekmedia.core.errors.service import naming_argument
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.policy import Policy
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

from .local_policy import load_local_policy
from .policy_yaml import read_policy_yaml

__all__ = ["load_policy"]


def load_policy(policy: Mapping[str, Any] | str, objects: S3Objects) -> Policy:
    """
    Load a policy.

    :param policy: The policy itself; or the name of a ready-made policy; or the path of a YAML file on the
        worker; or its ``s3://`` uri.
    :raises PolicyMissing: There is no such name, file or object.
    :raises InvalidPolicy: The file cannot be read, or is not a policy.
    :raises ServiceError: S3 refused.
    """
    if not (isinstance(policy, str) and policy.startswith("s3://")):
        return load_local_policy(policy)
    try:
        with naming_argument("policy"):
            body = objects.read(parse_s3_uri(policy))
    except ObjectUnreadable as error:
        raise PolicyMissing(where=policy, problem=f"S3 says {error.code}") from error
    except ValueError as problem:
        raise InvalidPolicy(where=policy, problem=problem) from problem
    return parse_policy(read_policy_yaml(body, policy))
