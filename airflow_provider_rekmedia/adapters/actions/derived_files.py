"""
Files that other programs read, derived from the outcomes: invalidation paths and Batch Operations manifests.

They are collected on local disk, one file for each bucket or job, and uploaded at the end.
"""

import hashlib
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Self

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.actions.action_record import ActionOutcome
from airflow_provider_rekmedia.core.actions.batch_manifest import encode_manifest_row
from airflow_provider_rekmedia.core.actions.invalidation import invalidation_path
from airflow_provider_rekmedia.core.actions.verb import Outcome
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["DerivedFiles"]

#: The object is not public any more, or its tags changed.
_INVALIDATED: Final = (Outcome.DONE, Outcome.ALREADY)


@dataclass(slots=True)
class _LocalFile:
    file: IO[bytes]
    lines: int = 0

    def write(self, line: bytes) -> None:
        self.file.write(line)
        self.lines += 1


class DerivedFiles:
    """
    The files of one task. Use it as a context manager.

    :param folder: Where they are uploaded: the prefix of the action log.
    :param origin_path: See :func:`invalidation.parse_origin_path`; ``None`` writes no invalidation paths.
    """

    def __init__(self, objects: S3Objects, folder: S3Uri, origin_path: str | None) -> None:
        self._objects = objects
        self._folder = folder
        self._origin_path = origin_path
        self._stack = ExitStack()
        self._paths: dict[str, _LocalFile] = {}
        self._manifests: dict[tuple[str, str, str], _LocalFile] = {}

    def __enter__(self) -> Self:
        self._local = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="rekmedia-")))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, outcomes: Iterable[ActionOutcome]) -> None:
        """Add the lines of a batch."""
        for record in outcomes:
            bucket, key = record.action.bucket, record.action.key
            if bucket is None or key is None:
                continue
            if record.outcome is Outcome.LISTED and record.version_id is not None:
                job = (record.action.verdict, record.action.verb, bucket)
                line = encode_manifest_row(bucket, key, record.version_id)
                self._open(self._manifests, job).write(line)
            elif record.outcome in _INVALIDATED and self._origin_path is not None:
                path = invalidation_path(key, self._origin_path)
                if path is not None:
                    self._open(self._paths, bucket).write(f"{path}\n".encode())

    def upload_paths(self) -> dict[str, dict[str, Any]]:
        """Upload the invalidation paths; return uri and number of paths by bucket."""
        return {
            bucket: {
                "uri": self._upload(local, f"invalidation-{bucket}.txt", "text/plain"),
                "paths": local.lines,
            }
            for bucket, local in sorted(self._paths.items())
        }

    def upload_manifests(self) -> list[dict[str, Any]]:
        """Upload the manifests; return what a job needs to know about each."""
        return [self._upload_manifest(job, local) for job, local in sorted(self._manifests.items())]

    def _upload_manifest(self, job: tuple[str, str, str], local: _LocalFile) -> dict[str, Any]:
        verdict, verb, bucket = job
        uri = self._upload(local, f"batch-{verdict}-{verb}-{bucket}.csv", "text/csv")
        stored = self._objects.head(_parsed(uri))
        etag = stored.etag.strip('"') if stored else None
        return {
            "uri": uri,
            "etag": etag,
            "verdict": verdict,
            "verb": verb,
            "bucket": bucket,
            "objects": local.lines,
        }

    def _open(self, files: dict[Any, _LocalFile], name: Any) -> _LocalFile:
        if name not in files:
            path = self._local / hashlib.sha256(repr(name).encode()).hexdigest()
            files[name] = _LocalFile(self._stack.enter_context(path.open("w+b")))
        return files[name]

    def _upload(self, local: _LocalFile, name: str, content_type: str) -> str:
        local.file.seek(0)
        uri = self._folder.join(name)
        self._objects.put(uri, local.file, content_type)
        return str(uri)


def _parsed(uri: str) -> S3Uri:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return S3Uri(bucket, key)
