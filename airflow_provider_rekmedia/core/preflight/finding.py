"""What a check of preflight found, and the error that lists every failure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from airflow_provider_rekmedia.core.errors import PreflightFailed, RekmediaError

__all__ = ["Finding", "Outcome", "raise_failures"]

#: Longer texts are cut: a finding is a line of a log, of a table or of an XCom.
_MAX_TEXT_CHARS: Final = 1_500
#: More failures are counted, but not listed.
_MAX_LISTED: Final = 30


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    #: The run works, but the user should know something.
    NOTE = "note"
    #: The run would fail.
    FAILED = "failed"
    #: Not checked, because an earlier check failed.
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    The outcome of one check on one thing.

    :param check: Name of the check, such as ``policy`` or ``write``.
    :param subject: What was checked, such as ``output s3://bucket/prefix/``; may be empty.
    :param text: What was found and, if it failed, what to do.
    :param is_temporary: Whether a retry can help.
    """

    check: str
    subject: str = ""
    outcome: Outcome
    text: str
    is_temporary: bool = False

    @classmethod
    def of_error(cls, check: str, subject: str, error: RekmediaError) -> Self:
        """Return the finding for an error of this package, whose message says what to do."""
        return cls(
            check=check,
            subject=subject,
            outcome=Outcome.FAILED,
            text=_one_line(str(error)),
            is_temporary=error.retryable,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for an XCom."""
        return {
            "check": self.check,
            "subject": self.subject,
            "outcome": str(self.outcome),
            "text": self.text,
        }

    def __str__(self) -> str:
        subject = f" {self.subject}" if self.subject else ""
        return f"{self.check}{subject}: {self.text}"


def raise_failures(findings: Iterable[Finding]) -> None:
    """
    Raise one error for all failed checks.

    :raises PreflightFailed: A check failed. A retry can help only if every failure is temporary.
    """
    failures = [finding for finding in findings if finding.outcome is Outcome.FAILED]
    if failures:
        raise PreflightFailed(
            problems=len(failures),
            temporary=sum(finding.is_temporary for finding in failures),
            listed=_numbered(failures),
        )


def _numbered(failures: Sequence[Finding]) -> str:
    lines = [f"{number}. {finding}" for number, finding in enumerate(failures[:_MAX_LISTED], 1)]
    if more := len(failures) - len(lines):
        lines.append(f"{more} more are not listed.")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """Replace newlines and control characters: the message may contain text of AWS or of a file."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return printable if len(printable) <= _MAX_TEXT_CHARS else f"{printable[:_MAX_TEXT_CHARS]}…"
