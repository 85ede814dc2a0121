"""Compares what the results service counted and wrote with the files of the jobs."""

import io
import json
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from msgspec import structs

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

TABLES, LEDGER, VERDICTS = (S3Uri("out", f"{folder}/") for folder in ("tables", "ledger", "verdicts"))
MAX_ITEMS, MAX_BYTES = 3, 600


def check_counts(run, files):
    counts = run.tally.counts
    assert counts.images == counts.analyzed + counts.failed + counts.unaccounted
    assert counts.images == counts.allow + counts.review + counts.block
    assert counts.analyzed == sum(len(job.analyzed) for job in files)
    if all(job.has_manifest for job in files):
        assert counts.images == sum(job.rows().total() for job in files)
    labels = Counter(
        name
        for job in files
        for result in job.analyzed
        for name in {label["Name"] for label in result["detect-moderation-labels"]["ModerationLabels"]}
    )
    assert run.tally.label_counts.items() <= labels.items()
    assert sum(run.tally.label_counts.values()) + run.tally.left_out["label_counts"] == labels.total()


def check_lists(run):
    tally = run.tally
    for items in (tally.flagged, tally.errors, tally.label_counts):
        assert len(json.dumps(items, allow_nan=False)) <= MAX_BYTES
    assert "\0" not in json.dumps(run.summary, allow_nan=False, ensure_ascii=False)
    assert len(tally.flagged) + tally.left_out["flagged"] == tally.counts.flagged
    worst = [(item["verdict"] == "block", item["confidence"]) for item in tally.flagged]
    assert worst == sorted(worst, reverse=True)


def _table(s3, table, number):
    day = "analyzed_date=2026-11-20"
    return s3.objects[f"s3://out/tables/{table}/{day}/job-{number}.parquet"]


def check_tables(s3, number, job):
    images = _rows(_table(s3, "images", number))
    results = [row for row in images if row["error_code"] is None]
    assert Counter(row["uri"] for row in results) == job.results
    expected = {result["source-ref"]: [] for result in job.analyzed}
    for result in job.analyzed:
        labels = result["detect-moderation-labels"]["ModerationLabels"]
        expected[result["source-ref"]].append(sorted(label["Name"] for label in labels))
    found = {uri: [] for uri in expected}
    for row in results:
        found[row["uri"]].append(sorted(label["name"] for label in row["labels"]))
    assert {uri: sorted(labels) for uri, labels in found.items()} == {
        uri: sorted(labels) for uri, labels in expected.items()
    }
    rows = _rows(_table(s3, "labels", number))
    names = Counter(
        (uri, name) for uri, images_of in expected.items() for labels in images_of for name in labels
    )
    assert Counter((row["uri"], row["label"]) for row in rows) == names
    assert all(0 <= row["confidence"] <= 100 for row in rows)
    if job.has_manifest:
        assert Counter(row["uri"] for row in images) == job.rows()
        failed = Counter(row["uri"] for row in images if row["error_code"] not in (None, UNACCOUNTED))
        assert failed >= job.least_failures()


def _rows(body):
    return pq.read_table(io.BytesIO(body)).to_pylist()


def check_totals(s3, run, files):
    """DuckDB reads all tables as one, and finds the verdicts that were counted."""
    if not all(job.has_manifest for job in files):
        return  # then one row stands for all lines of which only the number is known
    if not files:
        return
    with tempfile.TemporaryDirectory() as folder:
        for number in range(len(files)):
            (Path(folder) / f"{number}.parquet").write_bytes(_table(s3, "images", number))
        query = "select verdict, count(*) from read_parquet(?) group by verdict"
        verdicts = dict(duckdb.execute(query, [f"{folder}/*.parquet"]).fetchall())
    counts = run.tally.counts
    assert verdicts == +Counter({name: getattr(counts, name) for name in ("allow", "review", "block")})


def check_verdict_files(s3, run, jobs):
    """Every image that is not allowed and has a name is in a verdict file, with the verdict of the tables."""
    rows = list(iter_verdict_rows(run.verdicts.uris, S3Objects(s3)))
    assert run.verdicts.images == len(rows)
    tables = [row for number in range(jobs) for row in _rows(_table(s3, "images", number))]
    flagged = [row for row in tables if row["verdict"] != "allow" and row["uri"] is not None]
    assert Counter(map(_judged, flagged)) == Counter(map(_judged, map(structs.asdict, rows)))
    severities = [row.verdict.severity for row in rows]
    assert severities == sorted(severities, reverse=True)


def _judged(row):
    labels = sorted(item["name"] if isinstance(item, dict) else item.name for item in row["labels"] or ())
    return *(row[name] for name in ("uri", "bucket", "key", "verdict", "rule", "job_id")), tuple(labels)


def check_ledger(s3, files):
    analyzed = {uri for job in files for uri in job.results}
    named = analyzed | {uri for job in files for uri in job.manifest}
    with Ledger(S3Objects(s3), LEDGER).entries() as entries:
        known = {f"s3://{entry.bucket}/{entry.key}": entry for entry in entries}
    for uri, entry in known.items():
        assert (entry.status == "analyzed") == (uri in analyzed)
    assert {uri for uri in named if _is_object(uri)} <= known.keys()


def _is_object(uri):
    try:
        return bool(parse_s3_uri(uri))
    except ValueError:
        return False
