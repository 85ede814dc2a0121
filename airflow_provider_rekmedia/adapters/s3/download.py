"""Streams an object ahead of its reader, and resumes by range if the connection breaks."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.errors import Unavailable
from airflow_provider_rekmedia.core.s3_uri import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["iter_blocks", "iter_chunks"]

# botocore's default of 1 KiB costs more than the download itself.
_CHUNK_BYTES: Final = 1 << 20
#: Blocks of this size stay in the cache of a CPU core while they are processed; larger ones are 10 % slower.
_BLOCK_BYTES: Final = 1 << 18
#: Consecutive breaks without a byte between them.
_MAX_BREAKS: Final = 4


def iter_chunks(client: "S3Client", uri: S3Uri, version: str | None = None) -> Iterator[bytes]:
    """
    Stream an object's bytes, lazily; a thread reads one chunk ahead.

    If the connection breaks, the download resumes by range. If the object was overwritten in between, S3
    refuses.

    :param version: S3 object version; ``None`` is the newest at the start.
    :raises ServiceError: S3 refused, or four tries in a row returned no bytes.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="rekmedia-download") as ahead:
        chunks = _iter_resumed(client, uri, version)
        next_chunk = ahead.submit(next, chunks, b"")
        while chunk := next_chunk.result():
            next_chunk = ahead.submit(next, chunks, b"")
            yield chunk


def iter_blocks(client: "S3Client", uri: S3Uri, version: str | None = None) -> Iterator[bytes]:
    r"""
    Stream an object in blocks of whole lines, lazily, about 256 KiB each; the last may lack its newline.

    A line longer than that makes a longer block. Lines end at ``\n`` only.
    """
    rest: list[bytes] = []
    for chunk in _iter_pieces(iter_chunks(client, uri, version)):
        end = chunk.rfind(b"\n") + 1
        if not end:
            rest.append(chunk)
            continue
        yield b"".join([*rest, chunk[:end]])
        rest = [chunk[end:]] if end < len(chunk) else []
    if rest:
        yield b"".join(rest)


def _iter_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), _BLOCK_BYTES):
            yield chunk[start : start + _BLOCK_BYTES]


def _iter_resumed(client: "S3Client", uri: S3Uri, version: str | None) -> Iterator[bytes]:
    arguments: dict[str, Any] = {"Bucket": uri.bucket, "Key": uri.key}
    if version is not None:
        arguments["VersionId"] = version
    position, total, breaks = 0, None, 0
    while total is None or position < total:
        before = position
        try:
            with refusals_of("GetObject", uri):
                if position:
                    arguments["Range"] = f"bytes={position}-"
                response = client.get_object(**arguments)
                if total is None:
                    total = response["ContentLength"]
                    arguments["IfMatch"] = response["ETag"]
                for chunk in response["Body"].iter_chunks(_CHUNK_BYTES):
                    position += len(chunk)
                    yield chunk
        except Unavailable:
            breaks = 1 if position > before else breaks + 1
            if total is None or breaks == _MAX_BREAKS:
                raise
