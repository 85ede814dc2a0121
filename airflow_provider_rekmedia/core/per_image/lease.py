"""
The lease of a per-image job: only the attempt that holds it sends images.

An attempt that holds the lease writes it again every 15 seconds. It sends images for 45 seconds after the
start of its last successful write, by its own clock. Another attempt acquires the lease if it saw no write
for 60 seconds, by its own clock. So the clocks of two machines are never compared.

A newer attempt does not wait for an older one, which Airflow has given up: it writes its number into the
lease. The holder sees this when it renews, sends no more images, and releases the lease.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder

__all__ = [
    "Claim",
    "Lease",
    "LeaseTimes",
    "Renewal",
    "decode_lease",
    "encode_lease",
    "is_expired",
    "next_claim",
    "next_renewal",
]

#: The clocks of two servers of S3 differ by less.
_S3_CLOCKS_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class LeaseTimes:
    """
    The times of a lease, in seconds.

    :param lease_s: A lease that was not written for this long has no holder.
    :param send_s: For this long after a write of the lease, its holder sends images; less than *lease_s*.
    :param renew_s: How often the holder writes the lease.
    :param poll_s: How often an attempt without the lease reads it.
    """

    lease_s: float = 60.0
    send_s: float = 45.0
    renew_s: float = 15.0
    poll_s: float = 5.0


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """
    The file of a lease.

    :param holder: Random id of the attempt that holds it, or held it last.
    :param attempt: Airflow's number of that attempt; a larger one is newer.
    :param renewals: How often the holder renewed it, so that each write has other bytes.
    :param is_released: Whether the holder has given it back.
    :param wanted_by: Number of a newer attempt that asks for it.
    """

    holder: str
    attempt: int
    renewals: int = 0
    is_released: bool = False
    wanted_by: int | None = None
    version: Literal[1] = 1


class Claim(Enum):
    """What an attempt without the lease does."""

    ACQUIRE = auto()
    #: Ask the holder to release it.
    REQUEST = auto()
    WAIT = auto()


class Renewal(Enum):
    """What the holder does if another attempt wrote the lease."""

    RENEW = auto()
    #: A newer attempt asks for it: send no more images, and release it.
    HAND_OVER = auto()
    #: Another attempt holds it: send no more images.
    LOST = auto()


def is_expired(times: LeaseTimes, *, unchanged_s: float, age_s: float | None) -> bool:
    """
    Whether a lease has no holder, although it is not released.

    :param unchanged_s: Seconds for which this attempt saw the same ETag, by its own clock.
    :param age_s: Seconds since the last write, by the clock of S3; ``None`` if it is not known.
    """
    is_old = age_s is not None and age_s >= times.lease_s + _S3_CLOCKS_S
    return is_old or unchanged_s >= times.lease_s


def next_claim(lease: Lease | None, attempt: int, *, is_expired: bool) -> Claim:
    """
    Decide what an attempt does that does not hold the lease.

    :param lease: ``None`` if there is none yet.
    :param attempt: The number of the attempt that decides.
    """
    if lease is None or is_expired:
        return Claim.ACQUIRE
    if lease.is_released:
        return Claim.ACQUIRE if (lease.wanted_by or 0) <= attempt else Claim.WAIT
    is_newest = attempt > lease.attempt and attempt > (lease.wanted_by or 0)
    return Claim.REQUEST if is_newest else Claim.WAIT


def next_renewal(found: Lease | None, holder: str) -> Renewal:
    """
    Decide what the holder does if it could not write the lease, because its ETag has changed.

    :param found: The lease as it is now; ``None`` if it was deleted.
    """
    if found is None or found.holder != holder or found.is_released:
        return Renewal.LOST
    return Renewal.RENEW if found.wanted_by is None else Renewal.HAND_OVER


_DECODER: Final = JsonFileDecoder(Lease, UnreadableRecord)


def encode_lease(lease: Lease) -> bytes:
    """Encode the file: JSON."""
    return msgspec.json.encode(lease)


def decode_lease(body: bytes, uri: str) -> Lease:
    """
    Decode a file of :func:`encode_lease`.

    :param uri: The file, for the error.
    :raises UnreadableRecord: The file is damaged, or has another version. It never counts as absent.
    """
    return _DECODER.decode(body, uri)
