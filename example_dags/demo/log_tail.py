"""The end of a log, as a person reads it."""

import json
from pathlib import Path
from typing import Any

__all__ = ["tail"]


def tail(log: Path, lines: int = 15) -> str:
    """
    Read the last lines of a log.

    :param log: plain text, or the JSON lines that Airflow 3 writes for tasks
    :param lines: how many at most
    """
    if not log.is_file():
        return "(no log was written)"
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(_readable(line) for line in text[-lines:])


def _readable(line: str) -> str:
    try:
        entry: Any = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, dict) or "event" not in entry:
        return line
    causes = [
        f"{cause.get('exc_type')}: {cause.get('exc_value')}" for cause in entry.get("error_detail") or ()
    ]
    return " ".join([str(entry.get("level", "")).upper(), str(entry["event"]), *causes])
