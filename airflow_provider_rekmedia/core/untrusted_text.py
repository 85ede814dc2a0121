"""Makes untrusted text (keys, labels, codes, messages) safe for logs and XComs."""

from typing import Any, Final

__all__ = ["show_text", "without_nul"]

_MAX_SHOWN: Final = 200
_REPLACEMENT: Final = "\ufffd"


def show_text(text: object, max_chars: int = _MAX_SHOWN) -> str:
    """
    Escape text for one log line: without newlines, and without escape sequences for a terminal.

    :param text: The text; ``None`` becomes ``"None"``.
    :param max_chars: Most characters, without the note that the text was truncated.
    :return: The text, with unprintable characters escaped as by ``repr``.
    """
    whole = str(text)
    shown = repr(whole[:max_chars])[1:-1]
    if len(whole) <= max_chars and len(shown) <= max_chars:
        return shown
    return f"{shown[:max_chars]}… ({len(whole):,} characters)"


def without_nul(value: Any) -> Any:
    """
    Replace U+0000 in a JSON value by U+FFFD: XComs are stored as JSONB, in which PostgreSQL refuses U+0000.

    :param value: Dicts, lists, texts, numbers and ``None``. The value is not modified.
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
