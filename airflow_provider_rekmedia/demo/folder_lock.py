"""A folder that only one process uses at a time."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import FolderInUse

__all__ = ["locked_folder"]


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """
    Lock a folder until the context or the process ends, and remove its contents.

    :param folder: it does not exist on entry; the caller creates it
    :raises FolderInUse: another process has the lock; nothing is removed
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The lock is a file beside the folder, because the folder itself is removed.
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"{folder} is in use: the same program runs in another terminal"
            raise FolderInUse(msg) from None
        shutil.rmtree(folder, ignore_errors=True)
        yield
