import pytest

from airflow_provider_rekmedia.core.errors import UnreadableLedger
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    decode_shard_entry,
    encode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def test_an_entry_round_trips():
    entry = ShardEntry("s3://b/a\nb.jpg", "etag", 2, "v2")
    line = encode_shard_entry(entry)
    assert line.count(b"\n") == 1
    assert decode_shard_entry(line, "s3://b/x") == entry


@pytest.mark.parametrize("line", [b'{"source-ref":', b"\xff", b'{"later": ' + b"[" * 100_000])
def test_a_damaged_line_is_an_error(line):
    with pytest.raises(UnreadableLedger, match="s3://b/x"):
        decode_shard_entry(line, "s3://b/x")


@pytest.mark.parametrize(
    ("manifest", "entries"),
    [("a/b/m.jsonl", "a/b/_rekmedia/m.jsonl"), ("m.jsonl", "_rekmedia/m.jsonl")],
)
def test_the_file_is_in_a_folder_that_table_readers_skip(manifest, entries):
    assert shard_entries_uri(S3Uri("b", manifest)) == S3Uri("b", entries)
