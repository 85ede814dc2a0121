"""Writes findings as a table for people."""

import textwrap
from collections.abc import Sequence
from typing import Final

from .finding import Finding, Outcome

__all__ = ["format_findings"]

_SIGN: Final = {Outcome.OK: "ok", Outcome.NOTE: "note", Outcome.FAILED: "FAILED", Outcome.SKIPPED: "skipped"}
_WIDTH: Final = 110


def format_findings(findings: Sequence[Finding]) -> str:
    """Return one line or more for each finding, and a last line with the number of failures."""
    width = max((len(finding.check) for finding in findings), default=0)
    lines = [line for finding in findings for line in _format(finding, width)]
    failed = sum(finding.outcome is Outcome.FAILED for finding in findings)
    last = "Nothing is wrong." if not failed else f"Failed: {failed} of {len(findings)} checks."
    return "\n".join([*lines, "", last])


def _format(finding: Finding, width: int) -> list[str]:
    start = f"{_SIGN[finding.outcome]:<8}{finding.check:<{width}}  "
    text = f"{finding.subject}: {finding.text}" if finding.subject else finding.text
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
