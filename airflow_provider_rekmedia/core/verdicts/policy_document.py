"""Parses a policy document that was loaded from YAML or JSON, and says what is wrong with it."""

import reprlib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import percent_problem
from airflow_provider_rekmedia.core.errors import InvalidPolicy
from airflow_provider_rekmedia.core.taxonomy import CONTENT_TYPES, PARENT_OF

from .policy import ContentRules, Policy, Rule
from .verdict import Decision

__all__ = ["parse_policy"]

_MEMBERS: Final = ("name", "default", "unknown_labels", "not_analyzed", "labels", "content_types")
_THRESHOLDS: Final = ("block", "review")
_MAX_NAME_CHARS: Final = 100
_MAX_SHOWN_CHARS: Final = 100

#: Truncates long or deep values: a document may be of any size, but an error message must be short.
_REPR: Final = reprlib.Repr()
_REPR.maxstring = _MAX_SHOWN_CHARS
_REPR.maxlevel = 2


def parse_policy(document: Any) -> Policy:
    """
    Parse a policy.

    :param document: A mapping with ``labels``: for each label, thresholds (``{block: 90, review: 50}``) or
        one word (``allow``, ``review``, ``block``). Optional are ``content_types`` (for each content type,
        ``min_confidence`` and ``labels``), ``default``, ``unknown_labels``, ``not_analyzed`` and ``name``.
    :raises InvalidPolicy: The document is not a policy. For a misspelt word, the error suggests a known one.
    """
    members = _mapping("the policy", document)
    _check_names("the policy", members, _MEMBERS)
    if not members.get("labels") and not members.get("content_types"):
        raise InvalidPolicy(where="the policy", problem="it has no labels, so it decides nothing")
    return Policy(
        rules=_parse_rules("labels", members.get("labels") or {}, prefix=""),
        content_types=tuple(
            _parse_content(name, value)
            for name, value in _mapping("content_types", members.get("content_types") or {}).items()
        ),
        default=_parse_decision("default", members.get("default", Decision.ALLOW.value)),
        unknown_labels=_parse_decision(
            "unknown_labels", members.get("unknown_labels", Decision.REVIEW.value)
        ),
        not_analyzed=_parse_decision("not_analyzed", members.get("not_analyzed", Decision.REVIEW.value)),
        name=_parse_name(members.get("name")),
    )


def _parse_name(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _MAX_NAME_CHARS or not value.isprintable():
        problem = f"{_REPR.repr(value)} is not printable text of at most {_MAX_NAME_CHARS} characters"
        raise InvalidPolicy(where="name", problem=problem)
    return value


def _parse_content(name: Any, value: Any) -> ContentRules:
    where = f"content_types: {name}"
    _check_names("content_types", [name], CONTENT_TYPES)
    members = _mapping(where, value)
    _check_names(where, members, ("min_confidence", "labels"))
    return ContentRules(
        name,
        _parse_pct(where, members.get("min_confidence", 50)),
        _parse_rules(f"{where}: labels", members.get("labels") or {}, prefix=f"{name}: "),
    )


def _parse_rules(where: str, value: Any, *, prefix: str) -> dict[str, Rule]:
    members = _mapping(where, value)
    _check_names(where, members, PARENT_OF)
    return {
        label: _parse_rule(f"{where}: {label}", f"{prefix}{label}", rule) for label, rule in members.items()
    }


def _parse_rule(where: str, name: str, value: Any) -> Rule:
    if isinstance(value, str):
        decision = _parse_decision(where, value)
        block = 0.0 if decision is Decision.BLOCK else None
        return Rule(name, block, 0.0 if decision is Decision.REVIEW else None)
    members = _mapping(where, value)
    _check_names(where, members, _THRESHOLDS)
    block, review = (
        None if members.get(word) is None else _parse_pct(f"{where}: {word}", members[word])
        for word in _THRESHOLDS
    )
    if block is None and review is None:
        raise InvalidPolicy(
            where=where, problem="it has neither block nor review; to allow the label, write allow"
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
    if problem := percent_problem(number):
        raise InvalidPolicy(where=where, problem=f"{_REPR.repr(value)} {problem}")
    return number


def _parse_decision(where: str, value: Any) -> Decision:
    _check_names(where, [value], [decision.value for decision in Decision])
    return next(decision for decision in Decision if decision.value == value)


def _mapping(where: str, value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise InvalidPolicy(where=where, problem=f"{_REPR.repr(value)} is not a mapping")
    return value


def _check_names(where: str, given: Iterable[Any], known: Iterable[str]) -> None:
    known = list(known)
    for name in given:
        if name not in known:
            text = name[:_MAX_SHOWN_CHARS] if isinstance(name, str) else ""
            near = get_close_matches(text, known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known[:6])}"
            raise InvalidPolicy(where=where, problem=f"{_REPR.repr(name)} is not known; {hint}")
