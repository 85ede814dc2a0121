"""Airflow's database, migrated once and copied from then on: making it is a sixth of a demo's work."""

import shutil
from importlib.metadata import version
from pathlib import Path

__all__ = ["cached_database", "copy_database", "keep_database"]


def cached_database(folder: Path) -> Path:
    """
    Say where the database of this release of Airflow is kept, or would be.

    :param folder: where it lies beside other releases'
    """
    return folder / f"airflow-{version('apache-airflow')}.db"


def copy_database(cache: Path | None, database: Path) -> bool:
    """
    Put a migrated, empty database in place.

    :param cache: a kept one, or where one would be
    :return: whether there was one
    """
    if cache is None or not cache.is_file():
        return False
    shutil.copy(cache, database)
    return True


def keep_database(database: Path, cache: Path | None) -> None:
    """
    Keep a database that was just migrated, and that nobody has open.

    :param cache: where; nowhere when ``None``
    """
    # A write-ahead log that is still there holds a part of it.
    if cache is None or database.with_name(f"{database.name}-wal").exists():
        return
    unfinished = cache.with_suffix(".unfinished")
    shutil.copy(database, unfinished)
    unfinished.replace(cache)
