"""Validated changes of settings, from the command line, from JSON or from keyword arguments."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_type_hints

import msgspec

from airflow_provider_rekmedia.emulator.protocol.operations import OPERATIONS

from .rules import InvalidRules, parse_rules
from .settings import Settings

__all__ = ["InvalidSettings", "change_settings"]


class InvalidSettings(ValueError):
    """A setting does not exist or cannot have the value."""


def change_settings(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """
    Copy settings with changes. If one change is not valid, none is made.

    :param changes: plain data by field name.
    :raises InvalidSettings: with the name of the setting and the reason.
    """
    types = get_type_hints(Settings, include_extras=True)
    for name in changes:
        if name not in types:
            msg = f"there is no setting {name!r}; the settings are {', '.join(sorted(types))}"
            raise InvalidSettings(msg)
    return replace(settings, **{name: _convert(name, value, types[name]) for name, value in changes.items()})


def _convert(name: str, value: Any, kind: Any) -> Any:
    try:
        # parse_rules reports the position of the rule.
        return parse_rules(value) if name == "rules" else msgspec.convert(value, kind)
    except (InvalidRules, msgspec.ValidationError) as error:
        hint = f" (the operations are {', '.join(OPERATIONS)})" if name == "tps" else ""
        msg = f"{name} cannot be {value!r}: {error}{hint}"
        raise InvalidSettings(msg) from error
