"""Writes a number with its noun, for logs and errors."""

__all__ = ["counted"]


def counted(number: int, noun: str) -> str:
    """
    Return the number and the noun, for example ``1 manifest`` or ``12,000 images``.

    :param noun: In the singular; its plural ends in s.
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
