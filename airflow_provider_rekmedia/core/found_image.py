"""One image that a source names, with what the source knows of it."""

from dataclasses import dataclass
from datetime import datetime

from .s3_uri import S3Uri

__all__ = ["FoundImage"]


@dataclass(frozen=True, slots=True)
class FoundImage:
    """
    An image to analyze; ``None`` stands for what its source does not tell.

    :param size_bytes: >= 0.
    :param etag: As S3 gives it, with its quotes: a listing and HEAD say the same.
    :param modified_at: Aware UTC; a listing has it to the second.
    """

    uri: S3Uri
    size_bytes: int | None = None
    etag: str | None = None
    modified_at: datetime | None = None

    @property
    def sort_key(self) -> tuple[str, bytes]:
        """The order of every source: by bucket, then by the key's UTF-8 bytes, as S3 lists."""
        return self.uri.bucket, self.uri.key.encode()
