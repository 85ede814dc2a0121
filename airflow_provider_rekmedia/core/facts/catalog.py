"""All questions, by section and by id."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .account import ACCOUNT
from .adapters import ADAPTERS
from .fact import Fact, Settled
from .per_image import PER_IMAGE
from .results import RESULTS
from .settled import SETTLED
from .submission import SUBMISSION
from .waiting import WAITING

__all__ = ["FACTS", "SECTIONS", "answer"]

#: The sections of docs/reference/unknowns.md, in their order.
SECTIONS: Final[Mapping[str, tuple[Fact, ...]]] = MappingProxyType(
    {
        "The account": ACCOUNT,
        "Per image": PER_IMAGE,
        "Submission": SUBMISSION,
        "Waiting": WAITING,
        "Results": RESULTS,
        "Adapters": ADAPTERS,
    }
)

FACTS: Final[Mapping[str, Fact]] = MappingProxyType(
    {fact.id: fact for section in SECTIONS.values() for fact in section}
)


def answer(fact_id: str, settled: Mapping[str, Settled] = SETTLED) -> str | None:
    """
    Return the settled answer to a question; ``None`` while it is open.

    :param fact_id: The id of a question.
    :param settled: The settled answers by id.
    :raises KeyError: There is no such question.
    """
    fact = FACTS[fact_id]
    found = settled.get(fact.id)
    return None if found is None else found.answer
