"""Reads JSON as RFC 8259 has it, by Python's own parser: the second opinion on what a line contains."""

import json

#: What :func:`decoded` returns for a line that is not JSON; JSON has a null of its own.
NOT_JSON = object()


def decoded(line):
    """Return the value of a line of bytes."""
    try:
        value = json.loads(line.decode(), parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        return NOT_JSON
    return value


def member(value, name, kind):
    """Return a member of an object if it is of this kind, else ``None``."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, kind) else None


def _refuse(constant):
    raise ValueError(constant)
