"""Settings from text and plain data: the command line, a JSON body, a keyword argument."""

import types
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .rules import InvalidRules, parse_rules
from .settings import OPERATIONS, Settings

__all__ = ["InvalidSettings", "change_settings"]


class InvalidSettings(ValueError):
    """A setting that there is not, or a value that it cannot have."""


def change_settings(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """
    Copy settings with changes.

    :param changes: by field name; ``rules`` may be the plain data of a rules file.
    :raises InvalidSettings: with a sentence that says what is wrong.
    """
    hints = get_type_hints(Settings)
    names = {field.name for field in fields(Settings)}
    checked: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in names:
            msg = f"there is no setting {name!r}; there are {', '.join(sorted(names))}"
            raise InvalidSettings(msg)
        checked[name] = _check(name, value, hints[name])
    return replace(settings, **checked)


def _check(name: str, value: Any, hint: Any) -> Any:
    match name:
        case "rules":
            try:
                return parse_rules(value)
            except InvalidRules as error:
                raise InvalidSettings(str(error)) from error
        case "tps":
            return _check_tps(value)
        case "adapters":
            return _check_adapters(value)
        case _:
            return _check_plain(name, value, hint)


def _check_adapters(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not all(isinstance(arn, str) for arn in value):
        msg = f"adapters cannot be {value!r}; they are a list of ARNs"
        raise InvalidSettings(msg)
    return tuple(value)


def _check_tps(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping) or not set(value) <= set(OPERATIONS):
        msg = f"tps is calls per second by operation, of {', '.join(OPERATIONS)}"
        raise InvalidSettings(msg)
    return {operation: float(_check_plain("tps", limit, float)) for operation, limit in value.items()}


def _check_plain(name: str, value: Any, hint: Any) -> Any:
    choices = get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
    for choice in choices:
        if get_origin(choice) is Literal:
            if value in get_args(choice):
                return value
        elif isinstance(value, bool) or choice is bool:
            if isinstance(value, bool) and choice is bool:
                return value
        elif isinstance(value, (int, float) if choice is float else choice) and (value is None or value >= 0):
            return value
    msg = f"{name} cannot be {value!r}"
    raise InvalidSettings(msg)
