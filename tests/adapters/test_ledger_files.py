from contextlib import ExitStack
from pathlib import Path

import pytest
from adapters.test_ledger import entry

from airflow_provider_rekmedia.adapters import ledger_files as module
from airflow_provider_rekmedia.adapters.ledger_files import iter_entries, iter_merged_copies, write_entries
from airflow_provider_rekmedia.core.errors import UnreadableLedger


def open_files():
    return len(list(Path("/dev/fd").iterdir()))


def copies_in(folder, count):
    copies = []
    for number in range(count):
        copies.append(folder / f"{number}.jsonl.gz")
        with copies[-1].open("wb") as file:
            write_entries(file, [entry(f"{number:02}-{letter}") for letter in "ab"])
    return copies


def test_written_entries_are_read_again(tmp_path):
    with (tmp_path / "x").open("w+b") as file:
        write_entries(file, [entry("a"), entry("b")])
        assert list(iter_entries(file, "s3://x")) == [entry("a"), entry("b")]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 16])
def test_many_copies_are_merged_with_few_open_files(tmp_path, monkeypatch, count):
    monkeypatch.setattr(module, "MAX_MERGED_SEGMENTS", 3)
    before = open_files()
    with ExitStack() as files:
        merged = iter_merged_copies(copies_in(tmp_path, count), {}, files)
        found = [(stored.key, open_files()) for stored in merged]
    assert [key for key, _ in found] == [
        f"{number:02}-{letter}" for number in range(count) for letter in "ab"
    ]
    assert max((number for _, number in found), default=before) <= before + 3
    assert open_files() == before


def test_a_damaged_copy_is_named_by_its_uri(tmp_path):
    (tmp_path / "x").write_bytes(b"rubbish")
    with ExitStack() as files, pytest.raises(UnreadableLedger, match="s3://analysis/x"):
        list(iter_merged_copies([tmp_path / "x"], {tmp_path / "x": "s3://analysis/x"}, files))
