"""The copy of the newest index of a task's manifests: ``index.json``."""

import logging

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.manifest_index import (
    ManifestIndex,
    decode_index,
    encode_index,
    newest_index_uri,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["NewestIndex"]

_LOG = logging.getLogger(__name__)


class NewestIndex:
    """
    The copy of the newest index. A retry reads it; no other task does.

    :param target: The common key of the task's sets, without a slash at its end.
    """

    def __init__(self, objects: S3Objects, target: S3Uri) -> None:
        self._objects = objects
        self._uri = newest_index_uri(target)
        self._etag: str | None = None

    def read(self) -> ManifestIndex | None:
        """
        Read the index of the newest complete set; ``None`` if there is no set.

        :raises ServiceError: S3 refused.
        :raises UnreadableIndex: The copy is damaged.
        """
        version = self._objects.read_version(self._uri)
        self._etag = None if version is None else version.etag
        return None if version is None else decode_index(version.body, str(self._uri))

    def publish(self, index: ManifestIndex) -> ManifestIndex:
        """
        Write the copy, unless another attempt of the task has written it since :meth:`read`.

        :return: The index that the task passes on. If another attempt made a set for the same request, it is
            that index, so that all attempts pass on the same set.
        :raises ServiceError: S3 refused.
        :raises UnreadableIndex: The copy of the other attempt is damaged.
        """
        body = encode_index(index)
        etag = self._objects.put_if_unchanged(self._uri, body, "application/json", self._etag)
        if etag is not None:
            self._etag = etag
            return index
        other = self.read()
        if other is None or other.request != index.request:
            _LOG.warning("Another attempt of this task wrote %s for other arguments; it stays", self._uri)
            return index
        _LOG.info("Another attempt of this task was faster. Using its manifests: %s", other.uri)
        return other
