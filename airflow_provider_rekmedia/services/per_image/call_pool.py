"""A bounded pool of threads: each thread gets an image, waits for the rate limit, and makes the paid call."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from airflow_provider_rekmedia.core.errors import NoImageRead, ServiceError, Throttled, Unavailable
from airflow_provider_rekmedia.core.per_image.call_decision import (
    NextAction,
    call_outcome,
    has_read_image,
    is_image_error,
    is_outage,
    next_action,
)
from airflow_provider_rekmedia.core.per_image.pacing import Pacer
from airflow_provider_rekmedia.core.per_image.settled_image import SettledImage

__all__ = ["CallPool", "ImageLine"]

#: The line's number and its uri.
ImageLine = tuple[int, str]
_FAULT_PAUSE_S: Final = 0.2
#: If every call was throttled for this long, another program uses the quota: a later try may find it free.
_STALLED_S: Final = 300.0
#: How often images are journaled when too few are finished to fill a batch.
_FLUSH_S: Final = 1.0
_TICK_S: Final = 0.1


class CallPool:
    """
    Makes the calls of one job, and journals their results.

    Memory grows with *bound*, and with the images that the service could not read, not with the manifest.
    An image holds a slot from its dispatch until its result is journaled, so a kill costs at most *bound*
    images. The thread whose result fills a batch journals the batch; the other threads go on.

    :param images: Read lazily, one at a time, by any free thread.
    :param call: The paid call: analyzes one image, or raises ``ServiceError``.
    :param write: Journals results; several threads may call it at once.
    :param bound: Most images in flight: dispatched, and not journaled yet; 1 or more.
    :param may_send: Checked before each call; while it returns false, no image is sent.
    :param has_read_image: Whether the service read an image of the job in an earlier try.
    """

    def __init__(
        self,
        images: Iterator[ImageLine],
        call: Callable[[ImageLine], SettledImage],
        write: Callable[[list[SettledImage]], None],
        *,
        bound: int,
        pacer: Pacer,
        may_send: Callable[[], bool] = lambda: True,
        has_read_image: bool = False,
    ) -> None:
        self._images, self._call, self._write, self._pacer = images, call, write, pacer
        self._may_send = may_send
        self._bound = bound
        # A smaller batch costs CPU time; a larger one keeps slots from calls. There are only as many threads
        # as slots that no batch holds: more threads would wait for slots.
        self._batch_size = bound // 4
        self._threads = bound - self._batch_size
        self._lock = threading.Lock()
        self._rate_lock = threading.Lock()
        self._slot_free = threading.Condition(self._lock)
        self._stop = threading.Event()
        self._all_ended = threading.Event()
        self._settled: list[SettledImage] = []
        self._suspects: list[SettledImage] = []
        self._in_flight = 0
        self._running = 0  # threads that may still add a result
        self._refused_in_a_row = 0
        self._last_refusal: ServiceError | None = None
        self._has_read_image = has_read_image
        self._outcome_at = time.monotonic()
        #: Set it to start no more calls. It is a plain attribute because a signal may interrupt the main
        #: thread at any instruction: that thread must hold no lock that the other threads need.
        self.is_stopped = False
        #: What stopped the job before its end.
        self.error: BaseException | None = None
        #: Calls that were throttled.
        self.throttled = 0

    def run(self) -> None:
        """
        Make all calls. Run it in a thread of its own, which no signal interrupts.

        It returns when the outcome of every image is journaled. After a stop or an error, it returns when
        the calls in flight have ended and their results are journaled.
        """
        try:
            self._start_threads()
            self._flush_until_end()
        except BaseException as error:  # noqa: BLE001 the thread that waits for this one raises it again
            self._fail(error)
        self._all_ended.wait()
        try:
            self._resolve_suspects()
            self._journal(self._drain())
        except BaseException as error:  # noqa: BLE001 as above
            self._fail(error)

    def _start_threads(self) -> None:
        self._running = self._threads
        started = 0
        try:
            for _ in range(self._threads):
                threading.Thread(target=self._work, name="rekmedia-call", daemon=True).start()
                started += 1
        finally:  # if the system refuses more threads, the started ones are already at work
            self._end_threads(self._threads - started)

    def _flush_until_end(self) -> None:
        flushed_at = time.monotonic()
        while not self._all_ended.wait(_TICK_S):
            if self.is_stopped:
                self._halt()
            if time.monotonic() >= flushed_at + _FLUSH_S:
                self._journal(self._drain())
                flushed_at = time.monotonic()

    def _work(self) -> None:
        try:
            while (image := self._next_image()) is not None:
                settled = self._settle(image)
                if settled is not None:
                    self._journal(self._add(settled))
        except BaseException as error:  # noqa: BLE001 as above
            self._fail(error)
        finally:
            self._end_threads(1)

    def _next_image(self) -> ImageLine | None:
        """Wait for a free slot, and return the next image; ``None`` at the end or after a stop."""
        with self._slot_free:
            while self._in_flight >= self._bound and not self._stop.is_set():
                self._slot_free.wait()
            image = None if self._stop.is_set() else next(self._images, None)
            self._in_flight += image is not None
        return image

    def _add(self, settled: SettledImage) -> list[SettledImage]:
        """Add an outcome; return the batch if this outcome fills it, else nothing."""
        with self._lock:
            self._settled += [settled, *self._suspects]
            self._in_flight += len(self._suspects)
            self._suspects = []
            return self._drain_locked() if len(self._settled) > self._batch_size else []

    def _suspect(self, settled: SettledImage) -> None:
        """Keep an image whose failure may concern every image; it is not billed, so it needs no slot."""
        with self._slot_free:
            self._suspects.append(settled)
            self._in_flight -= 1
            self._slot_free.notify()

    def _resolve_suspects(self) -> None:
        """Decide at the end, with no image left, whether the suspect images failed or the service did."""
        refusal = self._last_refusal
        is_unread = self._suspects and not self._has_read_image and not self._stop.is_set()
        if refusal and is_unread:
            self._fail(refusal if refusal.retryable else _no_image_read(len(self._suspects), refusal))
        elif refusal and is_outage(self._refused_in_a_row, float("inf")):
            self._fail(refusal)
        elif not self._stop.is_set():
            self._settled += self._suspects

    def _drain(self) -> list[SettledImage]:
        with self._lock:
            return self._drain_locked()

    def _drain_locked(self) -> list[SettledImage]:
        settled, self._settled = self._settled, []
        return settled

    def _journal(self, batch: list[SettledImage]) -> None:
        if not batch:
            return
        try:
            self._write(batch)
        except BaseException:
            # S3 refused. The results are billed, so they are journaled once more at the end.
            with self._lock:
                self._settled = [*batch, *self._settled]
            raise
        with self._slot_free:
            self._in_flight -= len(batch)
            self._slot_free.notify(len(batch))

    def _settle(self, image: ImageLine) -> SettledImage | None:
        """Call until the image has an outcome; ``None`` if it has none: stopped, or a suspect."""
        faults = 0
        while self._wait_for_rate():
            try:
                settled = self._call(image)
            except ServiceError as refusal:
                faults += isinstance(refusal, Unavailable)
                match self._next_action(refusal, faults):
                    case NextAction.STOP_JOB:
                        raise
                    case NextAction.FAIL_IMAGE:
                        return _failed(image, refusal)
                    case NextAction.SUSPECT_IMAGE:
                        self._suspect(_failed(image, refusal))
                        return None
                    case NextAction.RETRY:
                        self._pause(refusal, faults)
            else:
                self._record_outcome(None)
                return settled
        return None

    def _pause(self, refusal: ServiceError, faults: int) -> None:
        """Spread the calls after a fault; after throttling, the pacer does."""
        if isinstance(refusal, Unavailable):
            self._stop.wait(_FAULT_PAUSE_S * 2**faults * random.random())  # noqa: S311 spreads calls

    def _wait_for_rate(self) -> bool:
        # One thread waits for its turn, and the others wait for that thread: a change of the rate concerns
        # all of them at once.
        with self._rate_lock:
            if self._stop.is_set():
                return False
            with self._lock:
                pause_s = self._pacer.reserve(time.monotonic())
            is_stopped = self._stop.wait(pause_s) if pause_s else False
            while not is_stopped and not self._may_send():
                is_stopped = self._stop.wait(_TICK_S)
            return not is_stopped

    def _next_action(self, refusal: ServiceError, faults: int) -> NextAction:
        silent_s, in_a_row = self._record_outcome(refusal)
        if isinstance(refusal, Throttled) and silent_s > _STALLED_S:
            return NextAction.STOP_JOB
        return next_action(refusal, faults=faults, in_a_row=in_a_row, silent_s=silent_s)

    def _record_outcome(self, refusal: ServiceError | None) -> tuple[float, int]:
        """Record the result of a call; return the seconds and the refusals since an image had an outcome."""
        now = time.monotonic()
        with self._lock:
            self._pacer.settle(now, call_outcome(refusal))
            if has_read_image(refusal):
                self._has_read_image = True
            elif not isinstance(refusal, Throttled):
                self._last_refusal = refusal
            if isinstance(refusal, Throttled):
                self.throttled += 1
            elif refusal is None or is_image_error(refusal):
                self._outcome_at, self._refused_in_a_row = now, 0
            else:
                self._refused_in_a_row += 1
            return now - self._outcome_at, self._refused_in_a_row

    def _fail(self, error: BaseException) -> None:
        self.error = self.error or error
        self._halt()

    def _halt(self) -> None:
        with self._slot_free:
            self._stop.set()
            self._slot_free.notify_all()

    def _end_threads(self, count: int) -> None:
        with self._lock:
            self._running -= count
            if not self._running:
                self._all_ended.set()


def _no_image_read(images: int, refusal: ServiceError) -> NoImageRead:
    error = NoImageRead(images=images, refusal=str(refusal))
    error.__cause__ = refusal
    return error


def _failed(image: ImageLine, refusal: ServiceError) -> SettledImage:
    return SettledImage(line=image[0], source_ref=image[1], code=refusal.code, message=refusal.message)
