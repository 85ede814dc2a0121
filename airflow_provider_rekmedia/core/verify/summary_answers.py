"""What the summary of the job ``mixed`` says."""

from collections.abc import Mapping
from typing import Any

from .answer import Answer
from .outcome import JobEnd

__all__ = [
    "answer_blank_line_numbers",
    "answer_blank_lines",
    "answer_error_codes",
    "answer_first_line_number",
    "answer_line_number_key",
    "answer_summary_counts",
    "answer_summary_version",
]

_KEYS = ("line-numer", "line-number")
_FAILING = ("missing", "wrong format", "too small", "truncated")


def answer_line_number_key(end: JobEnd) -> Answer:
    """How the summary spells the key of the line number."""
    found = sorted({key for error in end.errors for key in error if key in _KEYS})
    if not found:
        return Answer.open(f"none of {len(end.errors)} errors has a line number")
    return Answer(" and ".join(found), f"the keys of an error are {', '.join(sorted(end.errors[0]))}")


def answer_first_line_number(end: JobEnd) -> Answer:
    """Whether the first line has the number 0 or 1, by the missing image, which is the second line."""
    number = _number(end.error_of("missing"))
    first = None if number is None else number - end.experiment.index_of("missing")
    if first not in (0, 1):
        return Answer.open(f"the error of the second line has the number {number}")
    return Answer(str(first), f"the error of the second line has the number {number}")


def answer_blank_line_numbers(end: JobEnd) -> Answer:
    """Whether a blank line has a number, by an error after it."""
    before, after = _number(end.error_of("missing")), _number(end.error_of("too small"))
    if before is None or after is None:
        return Answer.open("the errors before and after the blank line have no numbers")
    lines = end.experiment.index_of("too small") - end.experiment.index_of("missing")
    evidence = (
        f"the numbers of two errors, {lines} lines apart with one blank line between them: {before}, {after}"
    )
    match lines - (after - before):
        case 0:
            return Answer("yes", evidence)
        case 1:
            return Answer("no", evidence)
        case _:
            return Answer.open(evidence)


def answer_blank_lines(end: JobEnd) -> Answer:
    """Whether a blank line is an error. One other line, which is not JSON, names no image."""
    unnamed = [error for error in end.errors if not error.get("source-ref")]
    total = _statistics(end).get("total-json-lines")
    evidence = (
        f"{len(end.experiment.lines or ())} lines, one of them blank and one not JSON; the summary counts "
        f"{total}, and {len(unnamed)} errors name no image"
    )
    match len(unnamed):
        case 1:
            return Answer("no, it is skipped", evidence)
        case 2:
            return Answer("yes, it is an error", evidence)
        case _:
            return Answer.open(evidence)


def answer_summary_counts(end: JobEnd) -> Answer:
    """Whether the counts of the summary agree with the manifest and the files."""
    statistics, lines = _statistics(end), len(end.experiment.lines or ())
    counts = [statistics.get(f"{kind}-json-lines") for kind in ("total", "valid", "invalid")]
    is_right = counts[0] in (lines, lines - 1) and counts[1:] == [len(end.results), len(end.errors)]
    evidence = (
        f"{lines} lines with one blank, {len(end.results)} results, {len(end.errors)} errors; "
        f"total, valid, invalid: {counts}"
    )
    return Answer("yes" if is_right else "no", evidence)


def answer_summary_version(end: JobEnd) -> Answer:
    """Return the version of the summary."""
    version = end.summary.get("version")
    return Answer(str(version), f"the members are {', '.join(sorted(end.summary))}")


def answer_error_codes(end: JobEnd) -> Answer:
    """Return the code of each line that failed, by why it must fail."""
    codes = {role: str(error.get("code")) for role in _FAILING if (error := end.error_of(role)) is not None}
    unnamed = [str(error.get("code")) for error in end.errors if not error.get("source-ref")]
    codes |= {"names no image": ", ".join(unnamed)} if unnamed else {}
    if not codes:
        return Answer.open(f"none of {len(end.errors)} errors belongs to a line that must fail")
    messages = sorted({str(error.get("message")) for error in end.errors})
    return Answer("; ".join(f"{role}: {code}" for role, code in codes.items()), " / ".join(messages))


def _statistics(end: JobEnd) -> Mapping[str, Any]:
    return end.summary.get("statistics") or {}


def _number(error: Mapping[str, Any] | None) -> int | None:
    number = next((error[key] for key in _KEYS if key in error), None) if error else None
    return number if isinstance(number, int) else None
