"""A folder that one program has for itself."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["FolderInUse", "own_folder"]


class FolderInUse(RuntimeError):
    """Another program is at work in the folder."""


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """
    Empty a folder, and keep others from it until the context or the process ends.

    :raises FolderInUse: somebody else has it; nothing is removed
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the folder, since the folder itself is removed.
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"{folder} is in use: the same program is running in another terminal"
            raise FolderInUse(msg) from None
        shutil.rmtree(folder, ignore_errors=True)
        yield
