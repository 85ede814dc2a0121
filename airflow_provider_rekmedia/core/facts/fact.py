"""One question about AWS that no documentation answers."""

import msgspec

__all__ = ["Fact", "Settled"]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """
    One question, and how the package behaves so that it works with every answer.

    :param id: Words with hyphens. Code that handles more than one answer names it: ``(unknown: ID)``.
    :param question: As the docs show it.
    :param behavior: What the package does, in each case.
    :param folders: Where the code is, below the package.
    :param switch: The emulator's setting that simulates the answers; ``None`` if there is none.
    :param is_asked: Whether ``verify`` asks it.
    :param unnamed: Why no code names the id; ``""`` if code does.
    """

    id: str
    question: str
    behavior: str
    folders: tuple[str, ...] = ()
    switch: str | None = None
    is_asked: bool = False
    unnamed: str = ""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """
    The answer of AWS, as seen on an account.

    :param answer: As ``verify`` words it.
    :param evidence: What was seen.
    :param as_of: The date, ``YYYY-MM-DD``.
    """

    answer: str
    evidence: str
    as_of: str
