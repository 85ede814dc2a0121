"""Reads a policy from what YAML or JSON made of it, and says what is wrong with one that is none."""

import reprlib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import InvalidPolicy
from airflow_provider_rekmedia.core.taxonomy import CONTENT_TYPES, PARENT_OF

from .policy import ContentRules, Policy, Rule
from .verdict import Decision

__all__ = ["parse_policy"]

_MEMBERS: Final = ("name", "default", "unknown_labels", "labels", "content_types")
_THRESHOLDS: Final = ("block", "review")
_MOST_PCT: Final = 100
_LONGEST_NAME: Final = 100
_LONGEST_TOLD: Final = 100

#: Tells a part of what is long or deep: a document may be larger than any message.
_REPR: Final = reprlib.Repr()
_REPR.maxstring = _LONGEST_TOLD
_REPR.maxlevel = 2


def parse_policy(document: Any) -> Policy:
    """
    Read a policy.

    :param document: A mapping with ``labels`` (a label to thresholds ``{block: 90, review: 50}`` or to
        one word ``allow``, ``review`` or ``block``), and, where wanted, ``content_types`` (a content type to
        ``min_confidence`` and ``labels``), ``default``, ``unknown_labels``, ``name``.
    :raises InvalidPolicy: It is none; where a word is misspelt, the error has the nearest real one.
    """
    found = _mapping("the policy", document)
    _check_names("the policy", found, _MEMBERS)
    if not found.get("labels") and not found.get("content_types"):
        raise InvalidPolicy(where="the policy", problem="it has no labels, so it decides nothing")
    return Policy(
        rules=_parse_rules("labels", found.get("labels") or {}, prefix=""),
        content_types=tuple(
            _parse_content(name, value)
            for name, value in _mapping("content_types", found.get("content_types") or {}).items()
        ),
        default=_parse_decision("default", found.get("default", Decision.ALLOW.value)),
        unknown_labels=_parse_decision("unknown_labels", found.get("unknown_labels", Decision.REVIEW.value)),
        name=_parse_name(found.get("name")),
    )


def _parse_name(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME or not value.isprintable():
        problem = f"{_REPR.repr(value)} is no printable text of at most {_LONGEST_NAME} characters"
        raise InvalidPolicy(where="name", problem=problem)
    return value


def _parse_content(name: Any, value: Any) -> ContentRules:
    where = f"content_types: {name}"
    _check_names("content_types", [name], CONTENT_TYPES)
    found = _mapping(where, value)
    _check_names(where, found, ("min_confidence", "labels"))
    return ContentRules(
        name,
        _parse_pct(where, found.get("min_confidence", 50)),
        _parse_rules(f"{where}: labels", found.get("labels") or {}, prefix=f"{name}: "),
    )


def _parse_rules(where: str, value: Any, *, prefix: str) -> dict[str, Rule]:
    found = _mapping(where, value)
    _check_names(where, found, PARENT_OF)
    return {
        label: _parse_rule(f"{where}: {label}", f"{prefix}{label}", told) for label, told in found.items()
    }


def _parse_rule(where: str, name: str, value: Any) -> Rule:
    if isinstance(value, str):
        decision = _parse_decision(where, value)
        block = 0.0 if decision is Decision.BLOCK else None
        return Rule(name, block, 0.0 if decision is Decision.REVIEW else None)
    found = _mapping(where, value)
    _check_names(where, found, _THRESHOLDS)
    block, review = (
        None if found.get(each) is None else _parse_pct(f"{where}: {each}", found[each])
        for each in _THRESHOLDS
    )
    if block is None and review is None:
        raise InvalidPolicy(
            where=where, problem="it has neither block nor review; say allow if you mean that"
        )
    if block is not None and review is not None and review >= block:
        problem = f"review ({review:g}) must be below block ({block:g}), or nothing is ever reviewed"
        raise InvalidPolicy(where=where, problem=problem)
    return Rule(name, block, review)


def _parse_pct(where: str, value: Any) -> float:
    try:
        number = float("nan" if isinstance(value, bool) else value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not 0 <= number <= _MOST_PCT:
        raise InvalidPolicy(where=where, problem=f"{_REPR.repr(value)} is no percentage from 0 to 100")
    return number


def _parse_decision(where: str, value: Any) -> Decision:
    _check_names(where, [value], [each.value for each in Decision])
    return next(each for each in Decision if each.value == value)


def _mapping(where: str, value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise InvalidPolicy(where=where, problem=f"{_REPR.repr(value)} is no mapping")
    return value


def _check_names(where: str, given: Iterable[Any], known: Iterable[str]) -> None:
    known = list(known)
    for name in given:
        if name not in known:
            text = name[:_LONGEST_TOLD] if isinstance(name, str) else ""
            near = get_close_matches(text, known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known[:6])}"
            raise InvalidPolicy(where=where, problem=f"{_REPR.repr(name)} is not known; {hint}")
