"""Holds the lease of a per-image job, so that only one attempt of a task sends images."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, assert_never

import msgspec

from airflow_provider_rekmedia.adapters.per_image.leases import LeaseStore, StoredLease
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.per_image.lease import (
    Claim,
    Lease,
    LeaseTimes,
    Renewal,
    is_expired,
    next_claim,
    next_renewal,
)

__all__ = ["JobLease"]

_LOG = logging.getLogger(__name__)
#: A failed renewal is tried again after this share of the usual time.
_RETRY_SHARE: Final = 0.2
#: If every renewal failed for this long, the attempt fails.
_MAX_FAILING_S: Final = 300.0


class JobLease:
    """
    The lease, as one attempt of a task sees it.

    :param attempt: Airflow's number of the attempt, 1 or more; a larger one is newer.
    :param monotonic: The clock of this machine, in seconds.
    """

    def __init__(
        self,
        store: LeaseStore,
        attempt: int,
        times: LeaseTimes,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._times, self._monotonic = store, times, monotonic
        self._lease = Lease(holder=uuid.uuid4().hex, attempt=attempt)
        self._etag: str | None = None
        self._seen: tuple[str | None, float] = (None, 0.0)
        self._send_until = float("-inf")
        self._is_held = self._is_failing = False
        #: Whether this attempt sends no more images: another one holds the lease or asks for it, or *error*.
        self.is_lost = False
        #: Why the lease could not be renewed for too long.
        self.error: RekmediaError | None = None

    def may_send(self) -> bool:
        """Whether this attempt may send an image now."""
        return not self.is_lost and self._monotonic() < self._send_until

    def try_acquire(self) -> bool:
        """
        Acquire the lease, or ask its holder for it; return whether this attempt holds it now.

        Call it again every ``poll_s`` until it does: it measures for how long the lease does not change.

        :raises ServiceError: S3 refused.
        :raises UnreadableRecord: The lease is damaged.
        """
        read_at = self._monotonic()
        found = self._store.read()
        lease, etag = (found.lease, found.etag) if found else (None, None)
        if etag != self._seen[0]:
            self._seen = etag, self._monotonic()
        expired = found is not None and is_expired(
            self._times, unchanged_s=read_at - self._seen[1], age_s=found.age_s
        )
        match next_claim(lease, self._lease.attempt, is_expired=expired):
            case Claim.WAIT:
                return False
            case Claim.REQUEST if found is not None:
                self._request(found)
                return False
            case Claim.ACQUIRE | Claim.REQUEST:
                return self._write(self._lease, etag)
            case other:
                assert_never(other)

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew the lease in a thread while the block runs, and release it after the block."""
        ended = threading.Event()
        thread = threading.Thread(target=self._keep, args=(ended,), name="rekmedia-lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(self._times.renew_s)
            self.release()

    def renew(self) -> bool:
        """Write the lease again; return whether it was written. It never raises an error of the package."""
        if self.is_lost:
            return False
        failure: RekmediaError | None = None
        try:
            renewed = msgspec.structs.replace(self._lease, renewals=self._lease.renewals + 1)
            if self._write(renewed, self._etag):
                self._is_failing = False
                return True
        except RekmediaError as error:
            failure = error
        try:
            found = self._store.read()
        except RekmediaError as error:
            self._handle_failure(failure or error)
        else:
            self._follow(found)
            if failure and not self.is_lost:
                self._handle_failure(failure)
        return False

    def release(self) -> None:
        """Give the lease back, so that another attempt need not wait. If this fails, the lease expires."""
        self._send_until = float("-inf")
        if not self._is_held:
            return
        released = msgspec.structs.replace(self._lease, is_released=True)
        try:
            if self._store.write(released, self._etag):
                return
            found = self._store.read()
            if found is not None and found.lease.holder == self._lease.holder:  # renewed, or asked for
                self._store.write(msgspec.structs.replace(found.lease, is_released=True), found.etag)
        except RekmediaError as error:
            _LOG.warning("The lease could not be released, and will expire: %s", error)

    def _keep(self, ended: threading.Event) -> None:
        pause_s = self._times.renew_s
        while not ended.wait(pause_s) and not self.is_lost:
            pause_s = self._times.renew_s * (1 if self.renew() else _RETRY_SHARE)

    def _follow(self, found: StoredLease | None) -> None:
        """Adopt what is stored after a renewal that wrote nothing."""
        match next_renewal(found.lease if found else None, self._lease.holder):
            case Renewal.RENEW if found is not None:
                self._etag = found.etag
            case Renewal.HAND_OVER if found is not None:
                self._lease, self._etag, self.is_lost = found.lease, found.etag, True
                message = "Attempt %s of this task asks to continue. This attempt sends no more images"
                _LOG.warning(message, found.lease.wanted_by)
            case Renewal.LOST | Renewal.HAND_OVER | Renewal.RENEW:
                self._is_held, self.is_lost = False, True
                _LOG.warning("Another attempt of this task continues. This attempt sends no more images")
            case other:
                assert_never(other)

    def _handle_failure(self, error: RekmediaError) -> None:
        failing_s = self._monotonic() - (self._send_until - self._times.send_s)
        if not error.retryable or failing_s >= _MAX_FAILING_S:
            self.error, self.is_lost = error, True
        elif not self._is_failing:
            self._is_failing = True
            _LOG.warning("The lease could not be renewed. Trying again: %s", error)

    def _request(self, found: StoredLease) -> None:
        _LOG.info("Attempt %d of this task still analyzes images. Asking it to stop", found.lease.attempt)
        asked = msgspec.structs.replace(found.lease, wanted_by=self._lease.attempt)
        etag = self._store.write(asked, found.etag)
        if etag is not None:
            self._seen = etag, self._monotonic()

    def _write(self, lease: Lease, etag: str | None) -> bool:
        sent_at = self._monotonic()
        written = self._store.write(lease, etag)
        if written is None:
            return False
        self._lease, self._etag, self._is_held = lease, written, True
        self._send_until = sent_at + self._times.send_s
        return True
