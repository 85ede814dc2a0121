"""Verdict files: every row is written once and read back, worst first, however the rows are split."""

from unittest import mock

from fuzz.memory_s3 import MemoryS3
from fuzz.mutations import lines_of

from airflow_provider_rekmedia.adapters.results import verdict_files as module
from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles, iter_verdict_rows
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import UnreadableVerdicts
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import decode_verdict_row

_BLOCKED = {
    "version": 1,
    "uri": "s3://photos/1.jpg",
    "bucket": "photos",
    "key": "1.jpg",
    "etag": "70ee",
    "size_bytes": 1024,
    "last_modified": "2026-11-20T12:00:00Z",
    "verdict": "block",
    "rule": "Violence",
    "labels": [{"name": "Violence", "parent": None, "level": 1, "confidence": 99.5}],
    "confidence": 99.5,
    "decided_by": "policy",
    "dag_id": "moderation",
    "run_id": "manual__2026-11-20T12:00:00+00:00",
    "job_id": "job-1",
    "model_version": "7.0",
    "policy": "nightly",
    "policy_digest": "5f2a",
}
_NOT_ANALYZED = {"verdict": "review", "rule": "not_analyzed", "labels": [], "confidence": None}
SCENE = {
    "rows": [
        _BLOCKED | {"uri": "s3://photos/é.jpg", "verdict": "review", "confidence": 50},
        _BLOCKED,
        _BLOCKED | {"uri": "s3://photos/2.jpg", "confidence": 100},
        _BLOCKED | {"uri": "s3://photos/3.jpg"} | _NOT_ANALYZED,
        _BLOCKED | {"uri": "s3://photos/4.jpg"},
    ],
}
WORDS = ["block", "review", "allow", "policy", "person", "not_analyzed", 99.5, 99.50000001]
_ROWS_PER_FILE = 2


def check(scene):
    lines = [lines_of([row]) for row in scene["rows"]]
    rows = [row for row in map(_row, lines) if row is not None]
    s3 = MemoryS3()
    with mock.patch.object(module, "ROWS_PER_FILE", _ROWS_PER_FILE):
        written = _write(s3, [rows])
        assert _write(MemoryS3(), [[row] for row in rows]) == written
    objects = S3Objects(s3)
    assert list(iter_verdict_rows(written.uris, objects)) == sorted(rows, key=_mildness)
    assert written.images == len(rows)
    assert len(written.uris) == -(-len(rows) // _ROWS_PER_FILE)
    for uri in written.uris:
        assert 0 < len(list(iter_verdict_rows([uri], objects))) <= _ROWS_PER_FILE


def _write(s3, parts):
    with VerdictFiles(S3Objects(s3), S3Uri("out", "verdicts/")) as files:
        for part in parts:
            files.add(part)
        return files.write()


def _mildness(row):
    severity = ["block", "review", "allow"].index(row.verdict)
    return severity, row.confidence is None, -(row.confidence or 0)


def _row(line):
    try:
        return decode_verdict_row(line, "s3://out/verdicts")
    except UnreadableVerdicts:
        return None
