"""Two demos never remove each other's files."""

import pytest

from airflow_provider_rekmedia.demo.errors import FolderInUse
from airflow_provider_rekmedia.demo.folder_lock import locked_folder


def test_the_folder_is_emptied(tmp_path):
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "old.txt").touch()

    with locked_folder(tmp_path / "night"):
        assert not (tmp_path / "night").exists()


def test_a_second_process_is_refused_and_removes_nothing(tmp_path):
    folder = tmp_path / "night"
    with locked_folder(folder):
        folder.mkdir()
        (folder / "mine.txt").touch()

        with pytest.raises(FolderInUse, match="in another terminal"), locked_folder(folder):
            pass

        assert (folder / "mine.txt").exists()


def test_the_lock_is_released_afterwards(tmp_path):
    for _ in range(2):
        with locked_folder(tmp_path / "night"):
            pass
