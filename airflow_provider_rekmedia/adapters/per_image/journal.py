"""
The journal of a per-image job: parts below the output prefix, written while images are analyzed.

Each part is one object that never changes, so a kill cannot damage a part. The journal is also kept on local
disk, from which the job's files are composed.
"""

import tempfile
import threading
import uuid
from collections.abc import Callable, Iterable
from itertools import count
from typing import IO

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.per_image.settled_image import (
    SettledImage,
    decode_settled,
    encode_result,
    encode_settled,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["ImageJournal"]

Put = Callable[[S3Uri, bytes | IO[bytes], str], None]


class ImageJournal:
    """
    The outcomes of one job. Close it after use to delete its local copy. Several threads may write at once.

    :param folder: The prefix of the job's parts.
    :param put: Writes an object.
    """

    def __init__(self, objects: S3Objects, folder: S3Uri, put: Put) -> None:
        self._objects, self._folder, self._put = objects, folder, put
        self._spool = tempfile.TemporaryFile(prefix="rekmedia-")  # noqa: SIM115 see close
        self._at: dict[int, tuple[int, int]] = {}
        #: Images that failed, by line.
        self.failed: dict[int, SettledImage] = {}
        self._numbers = count()
        self._keeping = threading.Lock()

    def __len__(self) -> int:
        return len(self._at) + len(self.failed)

    def __contains__(self, line: int) -> bool:
        return line in self._at or line in self.failed

    def lines(self) -> frozenset[int]:
        """Return the numbers of the lines that have an outcome."""
        return frozenset(self._at) | frozenset(self.failed)

    def load(self) -> None:
        """
        Read the parts of earlier tries; a line that two parts have counts once.

        :raises UnreadableRecord: A part is damaged.
        :raises ServiceError: S3 refused.
        """
        for part in self._objects.iter_objects(self._folder):
            self._keep(decode_settled(self._objects.read(part.uri), str(part.uri)))

    def write(self, images: list[SettledImage]) -> None:
        """Write a part; after this returns, its images are not billed again."""
        # The number is for people; the rest keeps the parts of two concurrent workers apart.
        name = f"{next(self._numbers):06}-{uuid.uuid4().hex}.jsonl"
        self._put(self._folder.join(name), encode_settled(images), "application/jsonl")
        with self._keeping:
            self._keep(images)

    def settle_free(self, images: Iterable[SettledImage]) -> None:
        """Add lines whose outcome costs nothing; they are in no part."""
        self._keep(images)

    def compose(self) -> IO[bytes]:
        """
        Compose the results, in the order of the manifest.

        :return: An open file, at its start, for the caller to close.
        """
        results = tempfile.TemporaryFile(prefix="rekmedia-")  # noqa: SIM115 the caller's to close
        for _, (start, size) in sorted(self._at.items()):
            self._spool.seek(start)
            results.write(self._spool.read(size))
        results.seek(0)
        return results

    def close(self) -> None:
        """Delete the local copy."""
        self._spool.close()

    def _keep(self, images: Iterable[SettledImage]) -> None:
        self._spool.seek(0, 2)
        for image in images:
            if image.line in self:
                continue
            if image.answer is None:
                self.failed[image.line] = image
                continue
            line = encode_result(image)
            self._at[image.line] = (self._spool.tell(), len(line))
            self._spool.write(line)
