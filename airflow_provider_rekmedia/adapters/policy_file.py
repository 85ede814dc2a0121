"""Loads a policy: a mapping as it is, YAML or JSON from the worker's disk or from S3."""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from airflow_provider_rekmedia.core.policy import Policy
from airflow_provider_rekmedia.core.policy_document import parse_policy
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.source_errors import InvalidPolicy

from .s3 import S3Objects

__all__ = ["load_policy"]


class _Loader(yaml.SafeLoader):
    """YAML's safe loader, which builds nothing but plain values, and here no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 PyYAML's signature
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_policy(policy: Mapping[str, Any] | str, objects: S3Objects) -> Policy:
    """
    Load a policy.

    :param policy: The policy itself; or the path of a YAML file on the worker; or its ``s3://`` uri.
    :raises InvalidPolicy: The file cannot be read, or is no policy.
    :raises ServiceError: S3 refused.
    """
    if isinstance(policy, Mapping):
        return parse_policy(policy)
    try:
        is_in_s3 = policy.startswith("s3://")
        body = objects.read(parse_s3_uri(policy)) if is_in_s3 else Path(policy).read_bytes()
        document = yaml.load(body, _Loader)  # noqa: S506 a subclass of the safe loader
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as problem:
        raise InvalidPolicy(where=policy, problem=problem) from problem
    return parse_policy(document)
