"""Loads a policy that needs no S3. It imports no boto3, because Dags are parsed with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_provider_rekmedia.core.errors import InvalidPolicy, PolicyMissing
from airflow_provider_rekmedia.core.verdicts.policy import Policy
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.policy_names import missing_policy_problem

from .policy_yaml import read_policy_yaml
from .ready_made_policies import read_ready_made_policy, ready_made_names

__all__ = ["load_local_policy"]


def load_local_policy(policy: Mapping[str, Any] | str) -> Policy:
    """
    Load a policy that is a mapping, the name of a ready-made policy, or a file on local disk.

    A name comes before a file of the same name: ``./social_network`` is always the file.

    :raises PolicyMissing: There is no such file, and no such name.
    :raises InvalidPolicy: The file cannot be read, or is not a policy.
    """
    if not (policy and isinstance(policy, str)):
        return parse_policy(policy)
    names = ready_made_names()
    if policy in names:
        return parse_policy(read_policy_yaml(read_ready_made_policy(policy), policy))
    try:
        body = Path(policy).read_bytes()
    except FileNotFoundError as missing:
        raise PolicyMissing(where=policy, problem=missing_policy_problem(policy, names)) from missing
    except (OSError, ValueError) as problem:
        raise InvalidPolicy(where=policy, problem=problem) from problem
    return parse_policy(read_policy_yaml(body, policy))
