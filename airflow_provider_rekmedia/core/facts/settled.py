"""The answers that are settled, by the id of the question. Today there are none."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .fact import Settled

__all__ = ["SETTLED"]

#: CONTRIBUTING.md says how to add an answer.
SETTLED: Final[Mapping[str, Settled]] = MappingProxyType({})
