"""Writes the decisions of a review: the audit trail, the table ``reviews``, and the disagreements."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass

from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.adapters.review.reviews_table import write_reviews_table
from airflow_provider_rekmedia.core.json_files import encode_lines
from airflow_provider_rekmedia.core.review.decision_record import (
    DecisionRecord,
    encode_records,
    with_pseudonym,
)
from airflow_provider_rekmedia.core.review.final_decisions import Disagreement, FinalDecisions
from airflow_provider_rekmedia.core.review.review_plan import ReviewPlan
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix
from airflow_provider_rekmedia.core.verdicts.table_keys import reviews_key
from airflow_provider_rekmedia.core.verdicts.verdict_file import verdict_folder

from .read_decisions import DecisionSource

__all__ = ["WrittenReviews", "audit_folder", "write_audit_trail", "write_disagreements", "write_reviews"]

_JSONL = "application/jsonl"


@dataclass(frozen=True, slots=True)
class WrittenReviews:
    """
    The files of the table ``reviews`` of one run.

    :param lines: JSON Lines.
    :param parquet: ``None`` if it was not asked for.
    """

    lines: S3Uri
    parquet: S3Uri | None


def audit_folder(plan: ReviewPlan) -> S3Uri:
    """Return the prefix of the audit trail of a run."""
    return _folder("audit/", plan)


def write_audit_trail(
    sources: Iterable[DecisionSource], decisions: FinalDecisions, plan: ReviewPlan, files: ReviewFiles
) -> None:
    """Write one file for each queue and import; what exists is never changed. Escalations are apart."""
    for source in sources:
        escalated: list[DecisionRecord] = []
        others: list[DecisionRecord] = []
        for record in source.records:
            (escalated if decisions.is_hidden(record) else others).append(record)
        for name, records in (("audit/", others), ("escalations/", escalated)):
            if records:
                uri = _folder(name, plan).join(f"{source.checksum}.jsonl")
                files.objects.put_if_absent(uri, encode_records(records), _JSONL)


def write_reviews(
    decisions: FinalDecisions, plan: ReviewPlan, files: ReviewFiles, *, salt: str, tables: S3Uri | None
) -> WrittenReviews:
    """
    Write the table of the run, or replace it.

    :param salt: Of pseudonyms.
    :param tables: Prefix of the folders of Parquet tables; ``None`` writes JSON Lines only.
    :raises ExtraMissing: *tables* is set, and pyarrow is not installed.
    :raises ServiceError: S3 refused.
    """
    lines = _folder("reviews/", plan).join("reviews.jsonl.gz")
    body = encode_records(with_pseudonym(record, salt) for record in decisions.iter_shown())
    files.objects.put(lines, gzip.compress(body, mtime=0), "application/gzip")
    if tables is None:
        return WrittenReviews(lines, None)
    parquet = reviews_key(tables, plan.dag_id, plan.run_id)
    records = (with_pseudonym(record, salt) for record in decisions.iter_shown())
    write_reviews_table(records, parquet, files.objects)
    return WrittenReviews(lines, parquet)


def write_disagreements(decisions: FinalDecisions, files: ReviewFiles, salt: str) -> list[Disagreement]:
    """Write the images about which people decided differently, with pseudonyms, and return them."""
    found = list(decisions.iter_disagreements(salt))
    files.objects.put(files.folder.join("disagreements.jsonl"), encode_lines(found), _JSONL)
    return found


def _folder(name: str, plan: ReviewPlan) -> S3Uri:
    return verdict_folder(parse_s3_prefix(plan.prefix).join(name), plan.dag_id, plan.run_id)
