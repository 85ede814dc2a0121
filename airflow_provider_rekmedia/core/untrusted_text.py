"""Text of strangers (keys, labels, codes, messages of files) as it may be shown and handed on."""

from typing import Any, Final

__all__ = ["show_text", "without_nul"]

_MOST_SHOWN: Final = 200
_REPLACEMENT: Final = "\ufffd"


def show_text(text: object, most: int = _MOST_SHOWN) -> str:
    """
    Make text for a line of a log: no newline ends the line, and no escape sequence reaches a terminal.

    :param text: ``None`` is shown as such.
    :param most: Characters, without the note that it was cut.
    :return: What cannot be printed is escaped as ``repr`` does.
    """
    whole = str(text)
    shown = repr(whole[:most])[1:-1]
    if len(whole) <= most and len(shown) <= most:
        return shown
    return f"{shown[:most]}… ({len(whole):,} characters)"


def without_nul(value: Any) -> Any:
    """
    Replace U+0000 in a JSON value by U+FFFD: PostgreSQL's JSONB, which holds XComs, refuses it.

    :param value: Made of dicts, lists, texts, numbers and ``None``; it is not changed.
    """
    match value:
        case str():
            return value.replace("\0", _REPLACEMENT)
        case dict():
            return {without_nul(name): without_nul(inner) for name, inner in value.items()}
        case list():
            return [without_nul(inner) for inner in value]
        case _:
            return value
