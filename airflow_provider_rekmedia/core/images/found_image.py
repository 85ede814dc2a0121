"""An image, as found in a listing, a list file or an inventory."""

from datetime import datetime

import msgspec

from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["FoundImage"]


# A run creates up to a million of these. A struct is created five times faster than a dataclass, and gc=False
# keeps it out of garbage collection.
class FoundImage(msgspec.Struct, frozen=True, gc=False):
    """
    One object that may be an image. A field is ``None`` if the source lacks it.

    :param etag: The ETag without quotes; it changes if the bytes change.
    :param modified_at: Aware UTC, to the second.
    """

    uri: S3Uri
    size_bytes: int | None = None
    etag: str | None = None
    modified_at: datetime | None = None

    @property
    def order(self) -> tuple[bytes, bytes]:
        """Sort key: bucket, then key, by UTF-8 bytes as S3 lists objects."""
        # A key from a list file may contain a lone surrogate, which strict UTF-8 refuses.
        return self.uri.bucket.encode(), self.uri.key.encode("utf-8", "surrogatepass")
