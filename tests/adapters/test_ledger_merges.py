"""The ledger of many segments: merged, read while it is merged, and read without a merge."""

from contextlib import contextmanager

import pytest
from adapters.test_ledger import PREFIX, entry, keys, segments

from airflow_provider_rekmedia.adapters import ledger as module
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.core.errors import ObjectUnreadable


@pytest.fixture
def ledger(stage):
    return Ledger(stage.objects, PREFIX)


@pytest.fixture
def eager(monkeypatch):
    """Merge from four segments on."""
    monkeypatch.setattr(module, "_MAX_SEGMENTS", 3)


def commit(ledger, *names):
    for name in names:
        ledger.commit(f"j{name}", [entry(f"{name}-{n}") for n in range(2)])
    return [f"{name}-{n}" for name in names for n in range(2)]


def test_more_than_32_segments_are_merged_into_one(stage, ledger):
    expected = commit(ledger, *(f"{number:02}" for number in range(32)))
    ledger.compact()
    assert len(segments(stage)) == 32
    expected += commit(ledger, "32")
    ledger.compact()
    assert len(segments(stage)) == 1
    assert keys(ledger) == expected


def test_merged_segments_are_merged_again(stage, ledger, eager):
    expected = []
    for names in ("abcd", "efgh", "ijkl"):
        expected += commit(ledger, *names)
        ledger.compact()
        assert len(segments(stage)) <= 3
        assert keys(ledger) == expected


def test_reading_writes_nothing(stage, ledger, eager):
    commit(ledger, *"abcde")
    before = segments(stage)
    keys(ledger)
    assert segments(stage) == before


def test_many_segments_are_read_with_few_open_files(stage, ledger, monkeypatch):
    monkeypatch.setattr(module, "MAX_MERGED_SEGMENTS", 3)
    expected = commit(ledger, *"abcdefghijklmnop")
    spooled, is_open, most = stage.objects.spooled, [], 0

    @contextmanager
    def counted(uri):
        nonlocal most
        with spooled(uri) as file:
            is_open.append(uri)
            most = max(most, len(is_open))
            yield file
            is_open.remove(uri)

    monkeypatch.setattr(stage.objects, "spooled", counted)
    assert keys(ledger) == expected
    assert most == 3


def test_a_merge_that_dies_before_its_deletes_keeps_each_entry_once(stage, ledger, eager, monkeypatch):
    expected = commit(ledger, *"abcde")

    def dies(uri):
        raise KeyboardInterrupt

    delete = stage.objects.delete
    monkeypatch.setattr(stage.objects, "delete", dies)
    with pytest.raises(KeyboardInterrupt):
        ledger.compact()
    monkeypatch.setattr(stage.objects, "delete", delete)
    assert len(segments(stage)) == 6
    assert keys(ledger) == expected
    ledger.compact()
    assert keys(ledger) == expected


def after_a_merge_by_another(stage, monkeypatch):
    """Let another run merge everything before a copy is made."""
    spooled = stage.objects.spooled

    def merged_before(uri):
        monkeypatch.setattr(stage.objects, "spooled", spooled)
        Ledger(stage.objects, PREFIX).compact()
        return spooled(uri)

    monkeypatch.setattr(stage.objects, "spooled", merged_before)


def test_a_reader_restarts_if_its_segments_are_merged(stage, ledger, eager, monkeypatch):
    expected = commit(ledger, *"abcd")
    after_a_merge_by_another(stage, monkeypatch)
    assert keys(ledger) == expected


def test_two_runs_can_merge_the_same_segments(stage, ledger, eager, monkeypatch):
    expected = commit(ledger, *"abcd")
    after_a_merge_by_another(stage, monkeypatch)
    ledger.compact()
    assert len(segments(stage)) == 1
    assert keys(ledger) == expected


@pytest.mark.parametrize(("times", "is_read"), [(4, True), (5, False)])
def test_a_reader_restarts_at_most_four_times(stage, ledger, monkeypatch, times, is_read):
    expected = commit(ledger, "a")
    spooled, left = stage.objects.spooled, [None] * times

    def gone(uri):
        if left:
            left.pop()
            raise ObjectUnreadable(operation="GetObject", code="NoSuchKey", message="", request_id="r")
        return spooled(uri)

    monkeypatch.setattr(stage.objects, "spooled", gone)
    if is_read:
        assert keys(ledger) == expected
    else:
        with pytest.raises(ObjectUnreadable):
            keys(ledger)
