"""
The journal of a per-image job: parts under the output prefix, written as images are settled.

Each part is an object of its own and never changes, so that no kill can damage what is written. What is in
the parts is kept on local disk, too, to compose the job's files from.
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
    What is settled of one job. Close it after use: its local copy goes. Several threads may write at once.

    :param folder: The prefix of the job's parts.
    :param put: Writes an object, encrypted as the request says.
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
        """Give the numbers of the lines that are settled now."""
        return frozenset(self._at) | frozenset(self.failed)

    def load(self) -> None:
        """
        Read what earlier tries wrote down; what two of them have counts once.

        :raises UnreadableRecord: A part is damaged.
        :raises ServiceError: S3 refused.
        """
        for part in self._objects.iter_objects(self._folder):
            self._keep(decode_settled(self._objects.read(part.uri), str(part.uri)))

    def write(self, images: list[SettledImage]) -> None:
        """Write a part; when this returns, its images will not be paid again."""
        # A number for people; the rest keeps the parts of two workers apart, should both be alive.
        name = f"{next(self._numbers):06}-{uuid.uuid4().hex}.jsonl"
        self._put(self._folder.join(name), encode_settled(images), "application/jsonl")
        with self._keeping:
            self._keep(images)

    def settle_free(self, images: Iterable[SettledImage]) -> None:
        """Take in lines that cost nothing to settle again, so that no part need have them."""
        self._keep(images)

    def compose(self) -> IO[bytes]:
        """
        Make the results, in the order of the manifest.

        :return: An open file, at its start, for the caller to close.
        """
        results = tempfile.TemporaryFile(prefix="rekmedia-")  # noqa: SIM115 the caller's to close
        for _, (start, size) in sorted(self._at.items()):
            self._spool.seek(start)
            results.write(self._spool.read(size))
        results.seek(0)
        return results

    def close(self) -> None:
        """Remove the local copy."""
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
