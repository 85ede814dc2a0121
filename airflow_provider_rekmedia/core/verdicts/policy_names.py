"""Distinguishes the name of a ready-made policy from the path of a file."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

__all__ = ["is_policy_name", "missing_policy_problem"]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def is_policy_name(policy: object) -> bool:
    """Whether a value of the argument *policy* can be a name: one word, without a dot or a slash."""
    return isinstance(policy, str) and bool(_NAME.fullmatch(policy))


def missing_policy_problem(policy: str, names: Sequence[str]) -> str:
    """
    Return what is wrong with a name or a path that leads to no policy.

    :param names: Of the ready-made policies.
    """
    if not is_policy_name(policy):
        return "there is no such file"
    near = get_close_matches(policy.lower().replace("-", "_"), names, n=1)
    hint = (
        f"did you mean {near[0]!r}? Known names are {', '.join(names)}"
        if near
        else f"known names are {', '.join(names)}"
    )
    return f"no file and no ready-made policy has this name; {hint}"
