"""Airflow's logs as text for people."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["format_entry", "read_log_tail"]


def read_log_tail(log: Path, lines: int = 15) -> str:
    """
    Read the last lines of a log.

    :param log: plain text, or the JSON lines that Airflow 3 writes for tasks
    :param lines: the maximum number of lines
    """
    if not log.is_file():
        return "(no log was written)"
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(_to_text(line) for line in text[-lines:])


def _to_text(line: str) -> str:
    try:
        entry: Any = json.loads(line)
    except ValueError:
        return line
    return format_entry(entry) if isinstance(entry, dict) and "event" in entry else line


def format_entry(entry: Mapping[str, Any]) -> str:
    """
    Write an entry of a task's log as one line, with its exceptions.

    :param entry: it has at least an ``event``
    """
    causes = [
        f"{cause.get('exc_type')}: {cause.get('exc_value')}" for cause in entry.get("error_detail") or ()
    ]
    level = str(entry.get("level") or "").upper()
    return " ".join(filter(None, [level, str(entry["event"]), *causes]))
