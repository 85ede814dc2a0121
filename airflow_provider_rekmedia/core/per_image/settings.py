"""What a user can set for a per-image job."""

from enum import StrEnum
from typing import Final

__all__ = ["MAX_CONCURRENT_CALLS", "OnExpiredAdapter"]

#: Each call in flight holds a thread and a connection.
MAX_CONCURRENT_CALLS: Final = 1_000


class OnExpiredAdapter(StrEnum):
    """What happens if the adapter has expired, so that Rekognition silently uses the base model."""

    WARN = "warn"
    FAIL = "fail"
