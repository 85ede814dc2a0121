"""
Parses decisions that were made outside of Airflow: JSON Lines, CSV, or an export of Label Studio.

See ``docs/reference/review_files.md`` for the columns.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from airflow_provider_rekmedia.core.errors import BadDecisions, InvalidS3Uri
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

from .answer import ReviewDecision

__all__ = ["ImportedDecision", "parse_decisions"]

_URI_COLUMNS: Final = ("uri", "source-ref")
_UNNAMED: Final = "import"
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class ImportedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """
    One decision of a file.

    :param line: 1-based line, or number of the task in an export of Label Studio.
    :param reviewer: ``"import"`` if the file does not name a person.
    :param at: Aware, UTC; ``None`` if the file has no time.
    """

    line: int
    uri: str
    decision: ReviewDecision
    reviewer: str = _UNNAMED
    at: datetime | None = None
    labels_wrong: tuple[str, ...] = ()
    labels_missing: tuple[str, ...] = ()


def parse_decisions(body: bytes, uri: str) -> list[ImportedDecision]:
    """
    Parse a file of decisions.

    :param body: UTF-8, with or without a byte order mark.
    :param uri: Where the file is: a name that ends in ``.csv`` is CSV. It is also for the error.
    :raises BadDecisions: A line cannot be used. No line is skipped.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BadDecisions(uri=uri, line=body[: problem.start].count(b"\n") + 1, problem=problem) from problem
    rows = _iter_csv(text, uri) if uri.lower().endswith(".csv") else _iter_json(text, uri)
    return [decision for line, row in rows for decision in _decisions_of(row, line, uri)]


def _iter_csv(text: str, uri: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    # str.splitlines would also split at U+2028 and other characters that a key may have.
    lines = (found[0] for found in _LINE.finditer(text))
    reader = csv.DictReader(lines, strict=True, restkey="")
    try:
        for row in reader:
            if "" in row:
                raise BadDecisions(
                    uri=uri, line=reader.line_num, problem="it has more values than the header"
                )
            yield reader.line_num, {name: value for name, value in row.items() if value}
    except csv.Error as problem:
        raise BadDecisions(uri=uri, line=reader.reader.line_num, problem=problem) from problem


def _iter_json(text: str, uri: str) -> Iterator[tuple[int, Any]]:
    if text.lstrip().startswith("["):
        yield from enumerate(_decode(text, 1, uri), start=1)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _decode(line, number, uri)


def _decode(text: str, line: int, uri: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as problem:
        raise BadDecisions(uri=uri, line=line, problem=problem) from problem


def _decisions_of(row: Any, line: int, uri: str) -> Iterator[ImportedDecision]:
    try:
        for values in _label_studio(row) if isinstance(row, dict) and "annotations" in row else [row]:
            yield _decision(values, line)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, InvalidS3Uri) as problem:
        text = f"{problem} is missing" if isinstance(problem, KeyError) else problem
        raise BadDecisions(uri=uri, line=line, problem=text) from problem


def _decision(row: Mapping[str, Any], line: int) -> ImportedDecision:
    name = next((column for column in _URI_COLUMNS if column in row), _URI_COLUMNS[0])
    decision = row["decision"]
    chosen = next((member for member in ReviewDecision if member == decision), None)
    if chosen is None:
        text = f"the decision is {decision!r}, not one of {', '.join(ReviewDecision)}"
        raise ValueError(text)
    return ImportedDecision(
        line=line,
        uri=_uri(row[name], chosen),
        decision=chosen,
        reviewer=str(row.get("reviewer") or _UNNAMED),
        at=_time(row.get("at")),
        labels_wrong=_names(row.get("labels_wrong")),
        labels_missing=_names(row.get("labels_missing")),
    )


def _uri(value: Any, decision: ReviewDecision) -> str:
    try:
        return str(parse_s3_uri(value))
    except InvalidS3Uri:
        if decision is not ReviewDecision.ESCALATE:
            raise
    # The error is in the log of the task, which must not name an escalated image.
    text = "the escalated image is no s3:// uri"
    raise ValueError(text)


def _label_studio(task: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """
    Return one row for each annotation of a task that has a choice.

    The image is the first S3 uri of the task's data, whatever the project calls it.
    """
    uris = [value for value in task["data"].values() if str(value).startswith("s3://")]
    if not uris:
        text = "the data of the task has no s3:// uri"
        raise ValueError(text)
    for annotation in task["annotations"]:
        if annotation.get("was_cancelled"):
            continue
        choices = [
            choice for result in annotation["result"] for choice in result.get("value", {}).get("choices", ())
        ]
        if len(choices) != 1:
            text = f"an annotation has {len(choices)} choices, not one"
            raise ValueError(text)
        yield {
            "uri": uris[0],
            "decision": str(choices[0]).lower(),
            "reviewer": _annotator(annotation.get("completed_by")),
            "at": annotation.get("updated_at") or annotation.get("created_at"),
        }


def _annotator(completed_by: Any) -> Any:
    """Return who annotated: an id, or an object with an id and an email address."""
    return completed_by["id"] if isinstance(completed_by, dict) else completed_by


def _time(value: Any) -> datetime | None:
    if not value:
        return None
    at = datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _names(value: Any) -> tuple[str, ...]:
    """Return names of labels: a list, or one text with the names separated by semicolons."""
    parts = value.split(";") if isinstance(value, str) else value or []
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        text = f"{value!r} is no list of names of labels"
        raise TypeError(text)
    return tuple([part.strip() for part in parts if part.strip()])
