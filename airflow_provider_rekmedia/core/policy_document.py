"""Reads a policy from what YAML or JSON made of it, and says what is wrong with one that is none."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from .policy import ContentRules, Policy, Rule
from .source_errors import InvalidPolicy
from .taxonomy import CONTENT_TYPES, PARENT_OF
from .verdict import Decision

__all__ = ["parse_policy"]

_MEMBERS: Final = ("name", "default", "unknown_labels", "labels", "content_types")
_THRESHOLDS: Final = ("block", "review")
_MOST_PCT: Final = 100


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
        name=str(found.get("name") or ""),
    )


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
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= _MOST_PCT:
        raise InvalidPolicy(where=where, problem=f"{value!r} is no percentage from 0 to 100")
    return float(value)


def _parse_decision(where: str, value: Any) -> Decision:
    _check_names(where, [value], [each.value for each in Decision])
    return next(each for each in Decision if each.value == value)


def _mapping(where: str, value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise InvalidPolicy(where=where, problem=f"{value!r} is no mapping")
    return value


def _check_names(where: str, given: Iterable[Any], known: Iterable[str]) -> None:
    known = list(known)
    for name in given:
        if name not in known:
            near = get_close_matches(str(name), known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known[:6])}"
            raise InvalidPolicy(where=where, problem=f"{name!r} is not known; {hint}")
