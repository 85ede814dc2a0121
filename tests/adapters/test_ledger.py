import gzip
import io
import json
from datetime import UTC, datetime

import duckdb
import pyarrow.json
import pytest

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.core.errors import UnreadableLedger
from airflow_provider_rekmedia.core.images.ledger import LedgerEntry
from airflow_provider_rekmedia.core.s3_uri import S3Uri

PREFIX = S3Uri("analysis", "ledger/")


def entry(key, **changes):
    fields = {
        "bucket": "photos",
        "key": key,
        "etag": "e1",
        "scan": "",
        "status": "analyzed",
        "attempts": 1,
        "code": None,
        "permanent": False,
        "model_version": "7.0",
        "engine": "bulk",
        "job_id": "j1",
        "at": datetime(2026, 11, 20, 12, tzinfo=UTC),
    }
    return LedgerEntry(**fields | changes)


@pytest.fixture
def ledger(stage):
    return Ledger(stage.objects, PREFIX)


def keys(ledger):
    with ledger.entries() as entries:
        return [stored.key for stored in entries]


def segments(stage):
    return [found.uri.key for found in stage.objects.iter_objects(PREFIX.join("entries/"))]


def test_an_empty_ledger_has_no_entry(ledger):
    assert keys(ledger) == []


def test_commits_are_read_as_one_stream_in_order(ledger):
    ledger.commit("j2", [entry("c"), entry("a")])
    ledger.commit("j1", [entry("b"), entry("a", etag="e2")])
    assert keys(ledger) == ["a", "a", "b", "c"]


def test_a_commit_may_be_repeated(stage, ledger):
    before = [ledger.commit("j1", [entry("b"), entry("a")]) for _ in range(2)]
    assert before[0] == before[1]
    assert keys(ledger) == ["a", "b"]
    bodies = {stage.objects.read(ledger.commit("j1", [entry("a"), entry("b")])) for _ in range(2)}
    assert len(bodies) == 1


def test_a_commit_keeps_earlier_entries_of_the_same_job(ledger):
    ledger.commit("j1", [entry("a", etag="e1"), entry("b")])
    ledger.commit("j1", [entry("a", etag="")])
    with ledger.entries() as entries:
        assert [(stored.key, stored.etag) for stored in entries] == [("a", ""), ("a", "e1"), ("b", "e1")]


def test_the_same_entries_give_the_same_file_at_any_time(stage, ledger, monkeypatch):
    first = ledger.commit("j1", [entry("a")])
    monkeypatch.setattr(gzip.time, "time", lambda: 2_000_000_000.0)
    assert ledger.commit("j1", [entry("a")]) == first
    assert len(segments(stage)) == 1


def test_entries_of_several_buckets_are_in_listing_order(ledger):
    ledger.commit("j1", [entry("a", bucket="zoo"), entry("z", bucket="art"), entry("b", bucket="zoo")])
    assert keys(ledger) == ["z", "a", "b"]


GZIP_HEADER = gzip.compress(b"", mtime=0)[:10]


@pytest.mark.parametrize(
    "damage",
    [
        b"rubbish",
        gzip.compress(b"{}\n", mtime=0),
        gzip.compress(b"{}" * 99, mtime=0)[:-4],
        GZIP_HEADER + b"\xff" * 50,
    ],
)
def test_a_damaged_segment_is_an_error(stage, ledger, damage):
    stage.objects.put(ledger.commit("j1", [entry("a")]), damage, "application/gzip")
    with pytest.raises(UnreadableLedger, match=r"entries/j1-[0-9a-f]+\.jsonl\.gz"):
        keys(ledger)


def test_pyarrow_and_duckdb_read_a_segment(stage, ledger, tmp_path):
    hard = ["a\nb.jpg", 'q"uote.jpg', "ü/😀.png"]
    uri = ledger.commit("j1", [entry(key) for key in hard] + [entry("x", status="failed", code="X")])
    file = tmp_path / "j1.jsonl.gz"
    file.write_bytes(stage.objects.read(uri))

    table = pyarrow.json.read_json(io.BytesIO(gzip.decompress(file.read_bytes())))
    assert set(table["key"].to_pylist()) == {*hard, "x"}
    rows = duckdb.read_json(str(file)).filter("code = 'X'").project("key, status, attempts").fetchall()
    assert rows == [("x", "failed", 1)]
    assert json.loads(gzip.decompress(file.read_bytes()).split(b"\n")[0])["at"] == "2026-11-20T12:00:00Z"
