"""An image, as found in a listing, a list file or an inventory."""

from datetime import datetime
from typing import Final

import msgspec

from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["ARCHIVE_CLASSES", "FoundImage"]

#: Storage classes whose objects cannot be read before they are restored. GLACIER_IR is not one of them.
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
ARCHIVE_CLASSES: Final = frozenset({"GLACIER", "DEEP_ARCHIVE"})


# A run creates up to a million of these. A struct is created five times faster than a dataclass, and gc=False
# keeps it out of garbage collection.
class FoundImage(msgspec.Struct, frozen=True, gc=False):
    """
    One object that may be an image. A field is ``None`` if the source lacks it.

    :param etag: The ETag without quotes; it changes if the bytes change.
    :param modified_at: Aware UTC, to the second.
    :param is_archived: Whether its storage class is one of :data:`ARCHIVE_CLASSES`.
    """

    uri: S3Uri
    size_bytes: int | None = None
    etag: str | None = None
    modified_at: datetime | None = None
    is_archived: bool = False

    @property
    def order(self) -> tuple[bytes, bytes]:
        """Sort key: bucket, then key, by UTF-8 bytes as S3 lists objects."""
        # A key from a list file may contain a lone surrogate, which strict UTF-8 refuses.
        return self.uri.bucket.encode(), self.uri.key.encode("utf-8", "surrogatepass")

    def is_unchanged(self, current: "FoundImage | None") -> bool:
        """
        Whether the object was not written again since it was found.

        The ETag alone is not enough: an object that was replaced and put back has its old ETag and a new
        time. A value that the source lacked is not compared. S3 has times to the second.

        :param current: The object of the same uri now; ``None`` if there is none.
        """
        if current is None or self.etag not in (None, current.etag):
            return False
        if self.modified_at == current.modified_at:  # nearly always: rounding takes longer than the rest
            return True
        return _second(self.modified_at) in (None, _second(current.modified_at))


def _second(time: datetime | None) -> datetime | None:
    return time and time.replace(microsecond=0)
