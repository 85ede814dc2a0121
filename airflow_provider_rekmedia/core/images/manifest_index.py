"""
The index of a set of manifests, written after everything that it names.

An index is never replaced: :func:`name_index` derives its name from its content. Tasks pass on its uri.
Its copy at :func:`newest_index_uri`, ``index.json``, names the newest set, for people and for a retry. If
there is no copy, no set was written whole. A damaged index, or one of another version, is an error that a
retry cannot help.

``request`` says which arguments the set was made for: a retry with an equal request reuses the set.
``images_by_manifest`` is the argument of :func:`core.results.expected_jobs.unaccounted_manifests`.
"""

import hashlib
from typing import Annotated, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableIndex
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder, encode_indented
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .estimate import Estimate

__all__ = [
    "IndexedManifest",
    "ManifestIndex",
    "decode_index",
    "encode_index",
    "name_index",
    "newest_index_uri",
]

#: Digits of a digest in a key: a task instance has few sets.
_DIGEST_DIGITS: Final = 16

_Count = Annotated[int, msgspec.Meta(ge=0)]


class IndexedManifest(msgspec.Struct, frozen=True):
    """One manifest of the set: its uri, and how many images it has."""

    uri: str
    images: _Count


class ManifestIndex(msgspec.Struct, frozen=True, kw_only=True):
    """
    What one task wrote.

    :param manifests: The manifests, in order.
    :param skip_file: Uri of the file that lists the skipped images; ``None`` if no image was skipped.
    :param images: Images of all manifests.
    :param request: The arguments that the set was made for, as text; compare it, do not parse it.
    :param skipped: How many images were skipped, by reason.
    :param uri: Uri of this index, also in its copy.
    """

    version: Literal[1] = 1
    manifests: tuple[IndexedManifest, ...]
    skip_file: str | None
    images: _Count
    request: str = msgspec.field(name="asked")
    skipped: dict[str, int]
    estimate: Estimate
    uri: str

    @property
    def images_by_manifest(self) -> dict[str, int]:
        """How many images each manifest has, by its uri."""
        return {manifest.uri: manifest.images for manifest in self.manifests}


_DECODER: Final = JsonFileDecoder(ManifestIndex, UnreadableIndex)


def newest_index_uri(target: S3Uri) -> S3Uri:
    """
    Return the uri of the copy of the newest index.

    :param target: The common key of the task's sets, without a slash at its end.
    """
    return target.join("/index.json")


def name_index(index: ManifestIndex, folder: S3Uri) -> ManifestIndex:
    """
    Return the index with its own uri, which differs for any two indexes of different content.

    :param folder: The prefix of the set.
    """
    content = encode_index(msgspec.structs.replace(index, uri=str(folder)))
    digest = hashlib.sha256(content).hexdigest()[:_DIGEST_DIGITS]
    return msgspec.structs.replace(index, uri=str(folder.join(f"index-{digest}.json")))


def encode_index(index: ManifestIndex) -> bytes:
    """Encode the file: indented JSON, UTF-8."""
    return encode_indented(index)


def decode_index(body: bytes, uri: str) -> ManifestIndex:
    """
    Decode the file.

    :param uri: Where the file is, for the error.
    :raises UnreadableIndex: The file is damaged, or its version is unknown.
    """
    return _DECODER.decode(body, uri)
