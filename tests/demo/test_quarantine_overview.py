"""The overview of a quarantine counts what an undo did not restore."""

from airflow_provider_rekmedia.demo.bucket import StoredBytes
from airflow_provider_rekmedia.demo.quarantine_overview import QuarantineOverview

BEFORE = {name: StoredBytes(name.encode(), {"album": "demo"}) for name in ("a", "b", "c")}


def overview(after):
    return QuarantineOverview.compare({"counts": {"done": 2}}, {"counts": {"done": 2}}, BEFORE, after)


def test_a_complete_undo_has_no_differences():
    lines = list(overview(BEFORE).iter_lines())

    assert "      3  images in the bucket as before: the same bytes, the same tags" in lines
    assert "      0  different" in lines


def test_other_bytes_and_lost_tags_are_differences():
    after = BEFORE | {"a": StoredBytes(b"x", {"album": "demo"}), "b": StoredBytes(b"b", {})}

    assert (overview(after).restored, overview(after).different) == (1, 2)
