"""
Writes sets of manifests under one key: whole, or not there for anybody who looks at its index.

Each set has a folder of its own, named by a digest of its images. So a manifest's uri stands for its images
in their bytes for ever: what another try or a clear writes is the same, or lies elsewhere.
"""

import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any, Final, Self

from airflow_provider_rekmedia.adapters.progress_log import iter_told
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import SkipReason
from airflow_provider_rekmedia.core.images.manifest import encode_manifest_line, iter_shards, plan_shards
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    encode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.refusals import ObjectUnreadable
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["ManifestSet", "read_index", "read_manifests"]

_INDEX: Final = "/index.json"
_JSON_LINES: Final = "application/jsonl"
#: Digits of a digest in a key: a task instance has few sets.
_DIGITS: Final = 16


def read_index(objects: S3Objects, target: S3Uri) -> dict[str, Any] | None:
    """
    Read the index of the set that was written whole last; ``None`` when there is none.

    :param target: The key of the sets, without a slash at its end.
    """
    try:
        index: dict[str, Any] = json.loads(objects.read(target.join(_INDEX)))
    except ObjectUnreadable as error:
        if error.fields["code"] == "NoSuchKey":
            return None
        raise
    return index


def read_manifests(objects: S3Objects, index: S3Uri) -> dict[str, int]:
    """
    Read of an index which manifests its set has, and how many images each.

    :raises ServiceError: S3 refused; there is no such index.
    """
    told: dict[str, Any] = json.loads(objects.read(index))
    return {each["uri"]: each["images"] for each in told["manifests"]}


class ManifestSet:
    """
    A set in the making: its images wait on local disk until their number is known.

    Use it as a context manager; nothing is in S3 before :meth:`write`.
    """

    def __init__(self) -> None:
        self._files = ExitStack()
        self.images = 0
        #: Of all images together; ``None`` when the source told no sizes.
        self.image_bytes: int | None = 0
        self._digest = hashlib.sha256()
        self._line_bytes = 0
        self._skips = 0

    def __enter__(self) -> Self:
        self._rows = self._spool()
        self._skipped = self._spool()
        # It is closed before its file, also if nothing was skipped: a finalizer would be too late.
        self._skipped_lines = self._files.enter_context(
            gzip.GzipFile(filename="", mode="wb", fileobj=self._skipped, mtime=0)
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def _spool(self) -> IO[bytes]:
        # With the default buffer of 8 KiB, writing a line costs more than all else that is done for its
        # image.
        return self._files.enter_context(tempfile.TemporaryFile(buffering=1 << 20, prefix="rekmedia-"))

    def add(self, image: FoundImage, *, attempts: int, scan: str) -> None:
        """
        Take an image.

        :param attempts: See :class:`ShardEntry`.
        :param scan: Likewise.
        """
        source_ref = str(image.uri)
        line = encode_manifest_line(source_ref)
        row = line + encode_shard_entry(ShardEntry(source_ref, image.etag, attempts, scan))
        self._rows.write(row)
        self._digest.update(row)
        self._line_bytes += len(line)
        self.images += 1
        if self.image_bytes is not None:
            self.image_bytes = None if image.size_bytes is None else self.image_bytes + image.size_bytes

    def add_skip(self, image: FoundImage, reason: SkipReason) -> None:
        """List an image that is in no manifest in the skip file."""
        told: dict[str, Any] = {"bucket": image.uri.bucket, "key": image.uri.key, "reason": reason.value}
        told |= {"size_bytes": image.size_bytes, "etag": image.etag}
        self._skipped_lines.write(json.dumps(told).encode() + b"\n")
        self._skips += 1

    def shards(self, max_images: int) -> int:
        """Tell how many manifests there will be, at least."""
        return plan_shards(self.images, self._line_bytes, max_images=max_images)

    def write(
        self, objects: S3Objects, target: S3Uri, *, max_images: int, about: Mapping[str, Any]
    ) -> dict[str, Any]:
        """
        Write the manifests, what goes with them, the skip file, and the index last.

        Nothing is deleted, and nothing but the index is ever replaced: whoever was handed an earlier set, or
        writes one at the same time, keeps it.

        :param target: The key of the sets, without a slash at its end.
        :param about: What else the index tells; JSON-serializable.
        :return: The index.
        """
        # The same images cut otherwise are other manifests.
        self._digest.update(str(max_images).encode())
        folder = target.join(f"/{self._digest.hexdigest()[:_DIGITS]}/")
        manifests = list(iter_told(self._write_shards(objects, folder, max_images), "Manifests written"))
        skipped = self._write_skipped(objects, folder)
        index = {"version": 1, "manifests": manifests, "skip_file": skipped, "images": self.images, **about}
        objects.put(target.join(_INDEX), json.dumps(index, indent=1).encode(), "application/json")
        return index

    def _write_shards(self, objects: S3Objects, folder: S3Uri, most: int) -> Iterator[dict[str, Any]]:
        self._rows.seek(0)
        # A line of the manifest, then what goes with it, and so on.
        rows = zip(self._rows, self._rows, strict=True)
        shards = iter_shards(rows, images=self.images, shards=self.shards(most), max_images=most)
        for number, shard in enumerate(shards):
            uri = folder.join(f"manifest-{number:05d}.jsonl")
            # First what goes with it: whoever sees the manifest finds it.
            _put_once(objects, shard_entries_uri(uri), b"".join(row for _, row in shard), _JSON_LINES)
            _put_once(objects, uri, b"".join(line for line, _ in shard), _JSON_LINES)
            yield {"uri": str(uri), "images": len(shard)}

    def _write_skipped(self, objects: S3Objects, folder: S3Uri) -> str | None:
        if not self._skips:
            return None
        self._skipped_lines.close()
        self._skipped.seek(0)
        digest = hashlib.file_digest(self._skipped, "sha256").hexdigest()[:_DIGITS]  # type: ignore[arg-type]
        self._skipped.seek(0)
        uri = folder.join(f"skipped-{digest}.jsonl.gz")
        _put_once(objects, uri, self._skipped, "application/gzip")
        return str(uri)


def _put_once(objects: S3Objects, uri: S3Uri, body: bytes | IO[bytes], content_type: str) -> None:
    # What is there has the same bytes. Under SSE-KMS, writing them again would change their ETag, and a
    # cleared task would take its own manifest for another one.
    if objects.head(uri) is None:
        objects.put(uri, body, content_type)
