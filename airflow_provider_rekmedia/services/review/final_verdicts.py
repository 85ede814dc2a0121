"""Writes the verdicts after a review: final verdict files, undecided images, statements of reasons."""

import gzip
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles, iter_verdict_rows
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.actions.holds import HoldRecord
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.final_decisions import FinalDecisions
from airflow_provider_rekmedia.core.review.final_rows import audit_row, final_row
from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.review.review_plan import ReviewPlan
from airflow_provider_rekmedia.core.review.same_bytes import bytes_key
from airflow_provider_rekmedia.core.review.selection import HeldImages
from airflow_provider_rekmedia.core.review.statement import encode_statement, statement_of
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import (
    VerdictFileSet,
    VerdictRow,
    verdict_folder,
)

from .earlier_images import undecided_folder
from .read_decisions import PlannedImages

__all__ = ["FinalVerdicts", "write_verdicts"]


@dataclass(slots=True)
class FinalVerdicts:
    """
    What was written.

    :param undecided: Files of the images that the next run asks for again.
    :param counts: ``allow``, ``block``, ``escalate`` (decided by people, with copies), ``undecided``, and
        ``held`` (held by another review).
    """

    verdicts: VerdictFileSet
    undecided: tuple[str, ...]
    statements: str
    counts: Counter[str] = field(default_factory=Counter)


class _Rows:
    """Decides about each row, and counts."""

    def __init__(
        self,
        plan: ReviewPlan,
        decisions: FinalDecisions,
        files: ReviewFiles,
        undecided: VerdictFiles,
        held: HeldImages,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._plan = plan
        self._decisions = decisions
        self._files = files
        self._undecided = undecided
        self._holds = parse_s3_prefix(plan.holds)
        self._held = held

    def iter_final(self, images: PlannedImages) -> Iterator[VerdictRow]:
        """Return the rows of the final verdict files, lazily."""
        uris = (*self._plan.earlier_uris, *self._plan.verdict_uris)
        for row in iter_verdict_rows(uris, self._files.objects):
            final = self._final(row)
            if final is not None:
                yield final
        for item, queue in images.items.values():
            if item.sample is Sample.AUDIT:
                row = audit_row(item, queue)
                if self._decisions.of(row) is None:
                    continue  # the policy allowed it
                final = self._final(row)
                if final is not None:
                    yield final

    def _final(self, row: VerdictRow) -> VerdictRow | None:
        decision = self._decisions.of(row)
        if decision is ReviewDecision.ESCALATE:
            self._hold(row)
        elif self._held.has(row.bucket or "", row.key or "", row.etag):
            self._hold_copy(row)
            self.counts["held"] += 1
            return None
        elif decision is None and row.bucket and row.verdict in self._plan.verdicts:
            self._undecided.add([row])
            self.counts["undecided"] += 1
        if decision is not None:
            self.counts[str(decision)] += 1
        return final_row(row, decision)

    def _hold(self, row: VerdictRow) -> None:
        """Hold an image whose escalation no page recorded: it was imported, or it is a copy."""
        record = self._decisions.deciding_record(row)
        if record is not None:
            held = HoldRecord(uri=row.uri, held_at=record.at, held_by=record.reviewer, etag=row.etag)
            self._files.hold(self._holds, held)
        self._files.delete_preview(parse_s3_prefix(self._plan.prefix), bytes_key(row))

    def _hold_copy(self, row: VerdictRow) -> None:
        """Hold an image whose bytes are held under another key: actions look for its own record."""
        if row.bucket and row.key and not self._held.has_record(row.bucket, row.key):
            copy = HoldRecord(
                uri=row.uri, held_at=self._plan.created_at, held_by=self._plan.dag_id, reason="same_bytes"
            )
            self._files.hold(self._holds, copy)
        self._files.delete_preview(parse_s3_prefix(self._plan.prefix), bytes_key(row))


def write_verdicts(
    plan: ReviewPlan,
    images: PlannedImages,
    decisions: FinalDecisions,
    files: ReviewFiles,
    held: HeldImages,
    *,
    salt: str,
) -> FinalVerdicts:
    """
    Write the files. Memory does not grow with the rows of the verdict files.

    :param held: The images that are held before this task holds any.
    :param salt: Of pseudonyms.
    :raises UnreadableVerdicts: A verdict file is damaged.
    :raises ServiceError: S3 refused.
    """
    prefix = parse_s3_prefix(plan.prefix)
    undecided_at = undecided_folder(prefix, plan.dag_id, plan.run_id)
    with ExitStack() as stack:
        final = stack.enter_context(VerdictFiles(files.objects, files.folder.join("verdicts/")))
        undecided = stack.enter_context(VerdictFiles(files.objects, undecided_at))
        statements = stack.enter_context(tempfile.TemporaryFile(prefix="rekmedia-"))
        rows = _Rows(plan, decisions, files, undecided, held)
        with gzip.GzipFile(filename="", mode="wb", fileobj=statements, mtime=0) as lines:
            final.add(_with_statements(rows.iter_final(images), lines, plan, decisions, salt))
        statements.seek(0)
        place = verdict_folder(prefix.join("statements/"), plan.dag_id, plan.run_id)
        uri = place.join("statements.jsonl.gz")
        files.objects.put(uri, statements, "application/gzip")
        verdicts = final.write(run_images=plan.run_images)
        left = undecided.write()
    _delete_others(undecided_at, left.uris, files)
    return FinalVerdicts(verdicts, left.uris, str(uri), rows.counts)


def _with_statements(
    rows: Iterable[VerdictRow],
    lines: gzip.GzipFile,
    plan: ReviewPlan,
    decisions: FinalDecisions,
    salt: str,
) -> Iterator[VerdictRow]:
    for row in rows:
        if row.verdict is Decision.BLOCK:
            record = decisions.deciding_record(row)
            statement = statement_of(
                row,
                at=record.at if record else plan.created_at,
                reviewer=record.reviewer if record else None,
                salt=salt,
            )
            lines.write(encode_statement(statement))
        yield row


def _delete_others(folder: S3Uri, kept: Iterable[str], files: ReviewFiles) -> None:
    """Delete the files that an earlier execution of the same task wrote: it had fewer decisions."""
    names = set(kept)
    for found in list(files.objects.iter_objects(folder)):
        if str(found.uri) not in names:
            files.objects.delete(found.uri)
