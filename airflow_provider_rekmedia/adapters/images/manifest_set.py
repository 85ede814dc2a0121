"""
Writes sets of manifests under one key. A set is complete when its index names it.

Each set has a folder of its own, named by a digest of its images. Manifests are never overwritten: a manifest
uri always refers to the same images and the same bytes. Another try writes the same set, or another folder.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any, Final, Self

from airflow_provider_rekmedia.adapters.gzip_files import gzip_writer
from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.estimate import Estimate
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import SkipReason
from airflow_provider_rekmedia.core.images.manifest import encode_manifest_line, iter_shards, plan_shards
from airflow_provider_rekmedia.core.images.manifest_index import (
    IndexedManifest,
    ManifestIndex,
    decode_index,
    encode_index,
    name_index,
)
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    encode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

__all__ = ["ManifestSet", "read_index"]

_JSON_LINES: Final = "application/jsonl"
#: Digits of a digest in a key: a task instance has few sets.
_DIGEST_DIGITS: Final = 16


def read_index(objects: S3Objects, uri: S3Uri) -> ManifestIndex:
    """
    Read an index.

    :raises ServiceError: S3 refused; for instance, there is no such index.
    :raises UnreadableIndex: The index is damaged.
    """
    return decode_index(objects.read(uri), str(uri))


class ManifestSet:
    """
    A set that is not written yet: its images are on local disk until their number is known.

    Use it as a context manager. Nothing is in S3 before :meth:`write`.
    """

    def __init__(self) -> None:
        self._files = ExitStack()
        self.images = 0
        #: The bytes of all images together; ``None`` if the source has no sizes.
        self.image_bytes: int | None = 0
        self._digest = hashlib.sha256()
        self._line_bytes = 0
        self._skips = 0

    def __enter__(self) -> Self:
        self._rows = self._open_file()
        self._skipped = self._open_file()
        # It must be closed before its file, also if nothing was skipped: a finalizer would be too late.
        self._skipped_lines = self._files.enter_context(gzip_writer(self._skipped))
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def _open_file(self) -> IO[bytes]:
        # With the default buffer of 8 KiB, writing a line costs more than everything else for its image.
        return self._files.enter_context(tempfile.TemporaryFile(buffering=1 << 20, prefix="rekmedia-"))

    def add(self, image: FoundImage, *, attempts: int, scan: str) -> None:
        """
        Add an image to the manifests.

        :param attempts: See :class:`ShardEntry`.
        :param scan: See :class:`ShardEntry`.
        """
        source_ref = str(image.uri)
        line = encode_manifest_line(source_ref)
        entry = ShardEntry(source_ref, image.etag, attempts, scan, image.modified_at, image.size_bytes)
        row = line + encode_shard_entry(entry)
        self._rows.write(row)
        self._digest.update(row)
        self._line_bytes += len(line)
        self.images += 1
        if self.image_bytes is not None:
            self.image_bytes = None if image.size_bytes is None else self.image_bytes + image.size_bytes

    def add_skip(self, image: FoundImage, reason: SkipReason) -> None:
        """List a skipped image in the skip file."""
        row: dict[str, Any] = {"bucket": image.uri.bucket, "key": image.uri.key, "reason": reason.value}
        row |= {"size_bytes": image.size_bytes, "etag": image.etag}
        self._skipped_lines.write(json.dumps(row).encode() + b"\n")
        self._skips += 1

    def shards(self, max_images: int) -> int:
        """Return how many manifests there will be, at least."""
        return plan_shards(self.images, self._line_bytes, max_images=max_images)

    def write(
        self,
        objects: S3Objects,
        target: S3Uri,
        *,
        max_images: int,
        request: str,
        skipped: Mapping[str, int],
        estimate: Estimate,
    ) -> ManifestIndex:
        """
        Write the manifests, the files beside them, the skip file, and the index last.

        Nothing is deleted or overwritten. So an earlier set, or one that another worker writes at the same
        time, stays complete.

        :param target: The common key of the task's sets, without a slash at its end.
        :param max_images: Most images per manifest.
        :param request: The arguments of the task as text; see :class:`ManifestIndex`.
        :param skipped: How many images were skipped, by reason.
        """
        # The same images in shards of another size are other manifests.
        self._digest.update(str(max_images).encode())
        folder = target.join(f"/{self._digest.hexdigest()[:_DIGEST_DIGITS]}/")
        shards = self._write_shards(objects, folder, max_images)
        index = ManifestIndex(
            manifests=tuple(iter_with_progress(shards, "Manifests written")),
            skip_file=self._write_skip_file(objects, folder),
            images=self.images,
            request=request,
            skipped=dict(skipped),
            estimate=estimate,
            uri="",
        )
        named = name_index(index, folder)
        _put_if_absent(objects, parse_s3_uri(named.uri), encode_index(named), "application/json")
        return named

    def _write_shards(self, objects: S3Objects, folder: S3Uri, max_images: int) -> Iterator[IndexedManifest]:
        self._rows.seek(0)
        # Lines alternate: one of the manifest, then the entry of the same image.
        rows = zip(self._rows, self._rows, strict=True)
        shards = iter_shards(rows, images=self.images, shards=self.shards(max_images), max_images=max_images)
        for number, shard in enumerate(shards):
            uri = folder.join(f"manifest-{number:05d}.jsonl")
            # The entries come first: a reader that sees the manifest finds them.
            _put_if_absent(objects, shard_entries_uri(uri), b"".join(row for _, row in shard), _JSON_LINES)
            _put_if_absent(objects, uri, b"".join(line for line, _ in shard), _JSON_LINES)
            yield IndexedManifest(str(uri), len(shard))

    def _write_skip_file(self, objects: S3Objects, folder: S3Uri) -> str | None:
        if not self._skips:
            return None
        self._skipped_lines.close()
        self._skipped.seek(0)
        digest = hashlib.file_digest(self._skipped, "sha256").hexdigest()[:_DIGEST_DIGITS]  # type: ignore[arg-type]
        self._skipped.seek(0)
        uri = folder.join(f"skipped-{digest}.jsonl.gz")
        _put_if_absent(objects, uri, self._skipped, "application/gzip")
        return str(uri)


def _put_if_absent(objects: S3Objects, uri: S3Uri, body: bytes | IO[bytes], content_type: str) -> None:
    # An object that is there has the same bytes. With SSE-KMS, a second write would change its ETag, and a
    # cleared task would see its own manifest as another one. The HEAD request saves an upload.
    if objects.head(uri) is None:
        objects.put_if_absent(uri, body, content_type)
