"""Parses the arguments that change how review quality is measured."""

from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import parse_number, parse_optional_mapping
from airflow_provider_rekmedia.core.errors import InvalidArgument

from .reviewer_errors import NO_ERRORS, ReviewerErrors

__all__ = ["parse_max_loss", "parse_reviewer_errors"]

_NAMES: Final = frozenset({"missed", "wrong"})


def parse_max_loss(value: Any) -> float:
    """
    Parse the largest share of a rule's violations that a suggested threshold may lose.

    :return: Above 0, below 1.
    :raises InvalidArgument: It is not such a number.
    """
    share = parse_number("max_loss", value)
    if not 0 < share < 1:
        problem = "it is not a share between 0 and 1, such as 0.02"
        raise InvalidArgument(argument="max_loss", value=value, problem=problem)
    return share


def parse_reviewer_errors(value: Any) -> ReviewerErrors:
    """
    Parse known errors of the reviewers.

    :param value: ``{"missed": 0.05, "wrong": 0.002}``; ``None`` means that people are right.
    :raises InvalidArgument: It has other keys, or decisions with these errors mean nothing.
    """
    given = parse_optional_mapping("reviewer_errors", value)
    if given is None:
        return NO_ERRORS
    if given.keys() != _NAMES:
        problem = 'it must have "missed" and "wrong", such as {"missed": 0.05, "wrong": 0.002}'
        raise InvalidArgument(argument="reviewer_errors", value=value, problem=problem)
    missed, wrong = (parse_number("reviewer_errors", given[name]) for name in ("missed", "wrong"))
    try:
        return ReviewerErrors(missed, wrong)
    except ValueError as problem:
        raise InvalidArgument(argument="reviewer_errors", value=value, problem=problem) from problem
