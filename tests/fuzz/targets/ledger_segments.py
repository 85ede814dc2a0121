"""Segments of the ledger: a merge loses nothing, in any order, and a second merge changes nothing."""

import gzip
from unittest import mock

from fuzz.memory_s3 import MemoryS3
from fuzz.mutations import lines_of
from fuzz.strict_json import NOT_JSON, decoded

from airflow_provider_rekmedia.adapters import ledger as module
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import UnreadableLedger
from airflow_provider_rekmedia.core.images.ledger import decode_entry, encode_entry
from airflow_provider_rekmedia.core.s3_uri import S3Uri

PREFIX = S3Uri("out", "ledger/")
_FAILED = {
    "bucket": "photos",
    "key": "1.jpg",
    "etag": "70ee",
    "scan": "",
    "status": "failed",
    "attempts": 1,
    "code": "ACCESS_DENIED",
    "permanent": False,
    "model_version": "7.0",
    "engine": "bulk",
    "job_id": "job-1",
    "at": "2026-11-20T12:00:00Z",
}
_ANALYZED = _FAILED | {"status": "analyzed", "code": None, "job_id": "job-2", "at": "2026-11-21T12:00:00.5Z"}
SCENE = {
    "segments": [
        [_FAILED, _FAILED | {"key": "2.jpg"}, _FAILED | {"key": "é.jpg", "etag": ""}],
        [_ANALYZED, _ANALYZED | {"key": "3.jpg"}],
        [
            _FAILED | {"key": "2.jpg", "attempts": 2, "at": "2026-11-22T12:00:00+02:00"},
            _ANALYZED | {"scan": "v8"},
        ],
    ]
}
WORDS = [
    "analyzed",
    "failed",
    "bulk",
    "per_image",
    "job-1",
    "job-3",
    "2026-11-22T12:00:00+02:00",
    "2026-11-22T11:00:00Z",
]


def check(scene):
    segments = [segment for segment in scene["segments"] if isinstance(segment, list)]
    entries = [_entries(segment) for segment in segments]
    if None in entries:
        assert _read(_ledger([lines_of(segment) for segment in segments])) is None
        return
    bodies = [_encoded(segment) for segment in entries]
    ledger = _ledger(bodies)
    merged = _read(ledger)
    _check_nothing_is_lost(merged, [entry for segment in entries for entry in segment])
    assert _read(_ledger(bodies[::-1])) == merged
    assert _read(_ledger([*bodies, _encoded(merged), *bodies])) == merged
    with mock.patch.object(module, "_MAX_SEGMENTS", 1):
        ledger.compact()
    assert _read(ledger) == merged


def _check_nothing_is_lost(merged, entries):
    assert [entry.order for entry in merged] == sorted(entry.order for entry in merged)
    of_bytes = {}
    for entry in entries:
        of_bytes.setdefault(_bytes_of(entry), []).append(entry)
    assert {_bytes_of(entry) for entry in merged} == of_bytes.keys()
    assert len(merged) == len(of_bytes)
    for kept in merged:
        same = of_bytes[_bytes_of(kept)]
        assert kept in same
        assert (kept.status == "analyzed") == any(entry.status == "analyzed" for entry in same)
        if kept.status == "failed":
            assert kept.permanent == any(entry.permanent for entry in same)
            same = [entry for entry in same if entry.permanent == kept.permanent]
            assert kept.attempts == max(entry.attempts for entry in same)
            same = [entry for entry in same if entry.attempts == kept.attempts and entry.at]
            assert all(kept.at and kept.at >= entry.at for entry in same)


def _bytes_of(entry):
    return entry.bucket, entry.key, entry.etag, entry.scan


def _entries(lines):
    """Return the entries of one segment; ``None`` if a line is not an entry."""
    entries = []
    for line in lines_of(lines).splitlines(keepends=True):
        try:
            entries.append(decode_entry(line, "s3://out/ledger"))
        except UnreadableLedger:
            return None
        assert decoded(line) is not NOT_JSON
        assert decode_entry(encode_entry(entries[-1]), "") == entries[-1]
    return entries


def _encoded(entries):
    return b"".join(map(encode_entry, sorted(entries, key=lambda entry: entry.order)))


def _ledger(bodies):
    names = (str(PREFIX.join(f"entries/{number:03}.jsonl.gz")) for number in range(len(bodies)))
    return Ledger(
        S3Objects(MemoryS3({name: gzip.compress(body) for name, body in zip(names, bodies, strict=True)})),
        PREFIX,
    )


def _read(ledger):
    """Return ``None`` if a segment is refused."""
    try:
        with ledger.entries() as entries:
            return list(entries)
    except UnreadableLedger:
        return None
