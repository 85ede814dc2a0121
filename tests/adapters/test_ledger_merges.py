"""The ledger of many segments: merged, read while it is merged, and read without a merge."""

import json
from itertools import count

import pytest
from adapters.test_ledger import PREFIX, entry, keys, segments

from airflow_provider_rekmedia.adapters import ledger as module
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, Unavailable


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


def gone_at_first(stage, monkeypatch, times):
    """Let each copy fail some times, as if another run had merged the segment."""
    spooled, left = stage.objects.spooled, [None] * times

    def gone(uri):
        if left:
            left.pop()
            raise ObjectUnreadable(operation="GetObject", code="NoSuchKey", message="", request_id="r")
        return spooled(uri)

    monkeypatch.setattr(stage.objects, "spooled", gone)


def test_a_reader_lists_again_if_a_segment_is_gone(stage, ledger, monkeypatch):
    expected = commit(ledger, "a")
    gone_at_first(stage, monkeypatch, 19)
    assert keys(ledger) == expected


def test_a_reader_lists_at_most_20_times(stage, ledger, monkeypatch):
    commit(ledger, "a")
    gone_at_first(stage, monkeypatch, 20)
    with pytest.raises(ObjectUnreadable):
        keys(ledger)


def test_a_ledger_that_is_merged_all_the_time_is_a_retryable_error(stage, ledger, monkeypatch):
    commit(ledger, "a")
    markers = count()
    monkeypatch.setattr(stage.objects, "read_or_none", lambda _: str(next(markers)).encode())
    with pytest.raises(Unavailable, match="merged while it was listed, 20 times") as raised:
        keys(ledger)
    assert raised.value.retryable


def test_each_merge_writes_another_marker_before_it_deletes(stage, ledger, eager, monkeypatch):
    markers, delete = [], stage.objects.delete

    def noted(uri):
        markers.append(stage.objects.read(PREFIX.join("last_merge.json")))
        delete(uri)

    monkeypatch.setattr(stage.objects, "delete", noted)
    for _ in range(2):
        commit(ledger, *"abcd")
        ledger.compact()
    assert len(set(markers)) == 2
    assert {json.loads(marker)["version"] for marker in markers} == {1}
