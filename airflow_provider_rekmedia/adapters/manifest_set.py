"""Writes a set of manifests under one key: whole, or not there for anybody who looks at its index."""

import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any, Final, Self

from airflow_provider_rekmedia.core.found_image import FoundImage
from airflow_provider_rekmedia.core.image_filter import SkipReason
from airflow_provider_rekmedia.core.manifest import encode_manifest_line, iter_shards, plan_shards
from airflow_provider_rekmedia.core.refusals import ObjectUnreadable
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.shard_entry import ShardEntry, encode_shard_entry, shard_entries_uri

from .s3 import S3Objects

__all__ = ["ManifestSet", "read_index"]

_INDEX: Final = "/index.json"
_SKIPPED: Final = "/skipped.jsonl.gz"
_JSON_LINES: Final = "application/jsonl"


def read_index(objects: S3Objects, target: S3Uri) -> dict[str, Any] | None:
    """
    Read the index of a set that was written whole; ``None`` when there is none.

    :param target: The set's key, without a slash at its end.
    """
    try:
        index: dict[str, Any] = json.loads(objects.read(target.join(_INDEX)))
    except ObjectUnreadable as error:
        if error.fields["code"] == "NoSuchKey":
            return None
        raise
    return index


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
        self._line_bytes = 0
        self._skips = 0

    def __enter__(self) -> Self:
        self._rows = self._spool()
        self._skipped = self._spool()
        self._skipped_lines = gzip.GzipFile(filename="", mode="wb", fileobj=self._skipped, mtime=0)
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
        self._rows.write(line + encode_shard_entry(ShardEntry(source_ref, image.etag, attempts, scan)))
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

        An index of an earlier set goes first, and what that set had more goes before the new one comes: at no
        moment does an index stand beside manifests that are not its own.

        :param target: The set's key, without a slash at its end.
        :param about: What else the index tells; JSON-serializable.
        :return: The index.
        """
        objects.delete(target.join(_INDEX))
        manifests = list(self._write_shards(objects, target, max_images))
        kept = {each["uri"] for each in manifests}
        for old in objects.iter_objects(target.join("/manifest-")):
            if str(old.uri) not in kept:
                objects.delete(old.uri)
        skipped = self._write_skipped(objects, target.join(_SKIPPED))
        index = {"version": 1, "manifests": manifests, "skip_file": skipped, "images": self.images, **about}
        objects.put(target.join(_INDEX), json.dumps(index, indent=1).encode(), "application/json")
        return index

    def _write_shards(self, objects: S3Objects, target: S3Uri, most: int) -> Iterator[dict[str, Any]]:
        self._rows.seek(0)
        # A line of the manifest, then what goes with it, and so on.
        rows = zip(self._rows, self._rows, strict=True)
        shards = iter_shards(rows, images=self.images, shards=self.shards(most))
        for number, shard in enumerate(shards):
            uri = target.join(f"/manifest-{number:05d}.jsonl")
            # First what goes with it: whoever sees the manifest finds it.
            objects.put(shard_entries_uri(uri), b"".join(row for _, row in shard), _JSON_LINES)
            objects.put(uri, b"".join(line for line, _ in shard), _JSON_LINES)
            yield {"uri": str(uri), "images": len(shard)}

    def _write_skipped(self, objects: S3Objects, uri: S3Uri) -> str | None:
        if not self._skips:
            objects.delete(uri)
            return None
        self._skipped_lines.close()
        self._skipped.seek(0)
        objects.put(uri, self._skipped, "application/gzip")
        return str(uri)
