"""Two programs never empty each other's folder."""

import pytest
from demo.own_folder import FolderInUse, own_folder


def test_the_folder_is_emptied(tmp_path):
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "old.txt").touch()

    with own_folder(tmp_path / "night"):
        assert not (tmp_path / "night").exists()


def test_a_second_program_is_refused_and_removes_nothing(tmp_path):
    folder = tmp_path / "night"
    with own_folder(folder):
        folder.mkdir()
        (folder / "mine.txt").touch()

        with pytest.raises(FolderInUse, match="in another terminal"), own_folder(folder):
            pass

        assert (folder / "mine.txt").exists()


def test_the_folder_is_free_again_afterwards(tmp_path):
    for _ in range(2):
        with own_folder(tmp_path / "night"):
            pass
