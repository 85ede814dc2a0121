"""The end of a log file, readable for people."""

import json
from pathlib import Path
from typing import Any

__all__ = ["read_log_tail"]


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
    if not isinstance(entry, dict) or "event" not in entry:
        return line
    causes = [
        f"{cause.get('exc_type')}: {cause.get('exc_value')}" for cause in entry.get("error_detail") or ()
    ]
    return " ".join([str(entry.get("level", "")).upper(), str(entry["event"]), *causes])
