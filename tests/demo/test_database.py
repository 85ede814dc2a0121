"""An empty database is made once, and never half."""

from demo.database import cached_database, copy_database, keep_database


def test_what_was_kept_is_copied(tmp_path):
    (tmp_path / "made.db").write_bytes(b"tables")

    keep_database(tmp_path / "made.db", tmp_path / "cache.db")

    assert copy_database(tmp_path / "cache.db", tmp_path / "new.db")
    assert (tmp_path / "new.db").read_bytes() == b"tables"


def test_nothing_is_copied_when_nothing_was_kept(tmp_path):
    assert not copy_database(tmp_path / "cache.db", tmp_path / "new.db")
    assert not copy_database(None, tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


def test_a_database_with_a_part_in_its_write_ahead_log_is_not_kept(tmp_path):
    (tmp_path / "made.db").write_bytes(b"half")
    (tmp_path / "made.db-wal").write_bytes(b"the other half")

    keep_database(tmp_path / "made.db", tmp_path / "cache.db")

    assert not (tmp_path / "cache.db").exists()


def test_each_release_of_airflow_has_its_own(tmp_path):
    assert cached_database(tmp_path).name.startswith("airflow-")
    assert cached_database(tmp_path).parent == tmp_path
