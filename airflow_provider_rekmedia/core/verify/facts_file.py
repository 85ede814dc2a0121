"""The two files that ``verify`` writes: ``facts.json``, and the text of an issue."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from airflow_provider_rekmedia.core.facts.catalog import FACTS

from .answer import Answer

__all__ = ["encode_facts", "encode_issue", "redact"]

#: What is replaced in every text, in this order.
_PRIVATE: Final = (
    (re.compile(r"s3://[^\s\"']+"), "<uri>"),
    (re.compile(r"arn:[\w-]+:[^\s\"',;)]+"), "<arn>"),
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b"), "<access key>"),
    (re.compile(r"\b[0-9a-fA-F]{64}\b"), "<job id>"),
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<request id>"),
    (re.compile(r"\b\d{12}\b"), "<account>"),
)


class _Entry(msgspec.Struct, frozen=True):
    id: str
    question: str
    answer: str | None
    evidence: str


class _File(msgspec.Struct, frozen=True):
    version: int
    package: str
    region: str
    date: str
    facts: Sequence[_Entry]


def redact(text: str, secrets: Sequence[str]) -> str:
    """
    Replace what identifies an account: URIs, ARNs, access keys, ids.

    :param secrets: The names of the bucket, of the prefix and of the like; empty ones are ignored.
    """
    for pattern, shown in _PRIVATE:
        text = pattern.sub(shown, text)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "<removed>")
    return text


def encode_facts(answers: Mapping[str, Answer], *, package: str, region: str, date: str) -> bytes:
    """
    Encode ``facts.json``.

    :param answers: By the id of the question; redacted.
    :param package: The version of this package.
    :param date: ``YYYY-MM-DD``.
    """
    facts = [
        _Entry(fact_id, FACTS[fact_id].question, answer.text, answer.evidence)
        for fact_id, answer in answers.items()
    ]
    content = msgspec.json.encode(_File(1, package, region, date, facts))
    return msgspec.json.format(content, indent=2) + b"\n"


def encode_issue(answers: Mapping[str, Answer], *, package: str, region: str, date: str) -> bytes:
    """
    Encode the text for an issue, in Markdown; the arguments are those of :func:`encode_facts`.

    :param answers: By the id of the question; redacted.
    """
    settled = {fact_id: answer for fact_id, answer in answers.items() if answer.text is not None}
    still_open = {fact_id: answer for fact_id, answer in answers.items() if answer.text is None}
    lines = [
        f"# What AWS does, seen in {region} on {date}",
        "",
        f"Version {package} of the package: {len(settled)} answered, {len(still_open)} still open.",
        "",
        "| question | answer | evidence |",
        "|---|---|---|",
        *(
            f"| {FACTS[fact_id].question} | {_cell(answer.text or '')} | {_cell(answer.evidence)} |"
            for fact_id, answer in settled.items()
        ),
        "",
        "Still open:",
        "",
        *(f"- `{fact_id}`: {_cell(answer.evidence)}" for fact_id, answer in still_open.items()),
        "",
    ]
    return "\n".join(lines).encode()


def _cell(text: str) -> str:
    """Escape text of AWS for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
