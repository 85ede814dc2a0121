"""Reads the policies that the package ships. It imports no boto3, because Dags are parsed with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from airflow_provider_rekmedia.core.errors import PolicyMissing
from airflow_provider_rekmedia.core.verdicts.policy_names import missing_policy_problem

__all__ = ["ReadyMadePolicy", "iter_ready_made_policies", "read_ready_made_policy", "ready_made_names"]

_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class ReadyMadePolicy:
    """
    A policy of the package.

    :param name: What a user writes as ``policy=``.
    :param summary: The first sentence of the comment in the file.
    :param body: The YAML.
    """

    name: str
    summary: str
    body: bytes


def ready_made_names() -> list[str]:
    """Return the names of the policies, in alphabetical order."""
    return sorted(
        file.name.removesuffix(_SUFFIX) for file in _folder().iterdir() if file.name.endswith(_SUFFIX)
    )


def iter_ready_made_policies() -> Iterator[ReadyMadePolicy]:
    """Yield the policies, in alphabetical order of their names."""
    for name in ready_made_names():
        body = read_ready_made_policy(name)
        first_line = body.decode().splitlines()[0].removeprefix("# ")
        yield ReadyMadePolicy(name, f"{first_line.split('. ')[0].rstrip('.')}.", body)


def read_ready_made_policy(name: str) -> bytes:
    """
    Return the YAML of a policy.

    :raises PolicyMissing: No policy of the package has this name. The error lists the names.
    """
    names = ready_made_names()
    if name not in names:
        raise PolicyMissing(where=name, problem=missing_policy_problem(name, names))
    return (_folder() / f"{name}{_SUFFIX}").read_bytes()


def _folder() -> Traversable:
    return files("airflow_provider_rekmedia") / "policies"
