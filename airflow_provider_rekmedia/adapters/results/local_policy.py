"""Loads a policy that needs no S3. It imports no boto3, because Dags are parsed with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_provider_rekmedia.core.errors import InvalidPolicy, PolicyMissing
from airflow_provider_rekmedia.core.verdicts.policy import Policy
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

from .policy_yaml import read_policy_yaml

__all__ = ["load_local_policy"]


def load_local_policy(policy: Mapping[str, Any] | str) -> Policy:
    """
    Load a policy that is a mapping, or a file on local disk.

    :raises PolicyMissing: There is no such file.
    :raises InvalidPolicy: The file cannot be read, or is not a policy.
    """
    if not (policy and isinstance(policy, str)):
        return parse_policy(policy)
    try:
        body = Path(policy).read_bytes()
    except FileNotFoundError as missing:
        raise PolicyMissing(where=policy, problem="there is no such file") from missing
    except (OSError, ValueError) as problem:
        raise InvalidPolicy(where=policy, problem=problem) from problem
    return parse_policy(read_policy_yaml(body, policy))
