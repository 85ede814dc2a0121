"""Reads the YAML of a policy: only text, lists, mappings and null are allowed."""

import reprlib
from collections.abc import Hashable
from typing import Any, NoReturn

import yaml

from airflow_provider_rekmedia.core.errors import InvalidPolicy

__all__ = ["read_policy_yaml"]

_NULL = "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    """
    YAML's safe loader, in which every scalar is text, as a rendered template is, or null.

    It refuses aliases (400 bytes of them expand to gigabytes), tags, and duplicate keys.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 PyYAML's attribute
        first: [resolver for resolver in resolvers if resolver[0] == _NULL]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
            _refuse("a policy has neither aliases nor tags: write it out", event)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 PyYAML's signature
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                _refuse("a key must be text", key)
            if key.value in seen:
                _refuse(f"{reprlib.repr(key.value)} stands twice", key)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _refuse(problem: str, at: Any) -> NoReturn:
    raise yaml.MarkedYAMLError(problem=problem, problem_mark=at.start_mark)


def read_policy_yaml(body: bytes, where: str) -> Any:
    """
    Read YAML or JSON.

    :param where: Of the file, for the error.
    :return: The argument of :func:`policy_document.parse_policy`.
    :raises InvalidPolicy: It is not YAML, or uses more of YAML than a policy needs.
    """
    try:
        return yaml.load(body, _Loader)  # noqa: S506 a subclass of the safe loader
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as problem:
        raise InvalidPolicy(where=where, problem=problem) from problem
