"""A bounded pool of threads over one boto3 client: each takes an image, waits for its slot, and calls."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from airflow_provider_rekmedia.core.errors import ServiceError, Throttled, Unavailable
from airflow_provider_rekmedia.core.per_image.call_decision import (
    NextAction,
    call_outcome,
    is_image_error,
    is_outage,
    next_action,
)
from airflow_provider_rekmedia.core.per_image.pacing import Pacer
from airflow_provider_rekmedia.core.per_image.settled_image import SettledImage

__all__ = ["ImageCalls", "ImageLine"]

#: The line's number and its uri.
ImageLine = tuple[int, str]
_FAULT_PAUSE_S: Final = 0.2
#: With nothing but throttled calls for so long, somebody else has the quota: another try may find it free.
_STALLED_S: Final = 300.0
#: For how long answers gather to one part, where too few come to fill it.
_GATHER_S: Final = 1.0
_TICK_S: Final = 0.1


class ImageCalls:
    """
    The calls of one job, and their answers written down. Memory grows with the bound, not with the manifest.

    An image has its place from its beginning until its answer is written down, so that no kill costs more
    than the bound. Whichever thread has the answer that fills a part writes it, while the others go on.

    :param images: Taken lazily, one by one, by whichever thread is free.
    :param call: The paid call: analyzes one image, or raises ``ServiceError``.
    :param write: Writes answers down; called by several threads at once.
    :param bound: Images in flight at most: begun, and their answers not written down yet.
    """

    def __init__(
        self,
        images: Iterator[ImageLine],
        call: Callable[[ImageLine], SettledImage],
        write: Callable[[list[SettledImage]], None],
        *,
        bound: int,
        pacer: Pacer,
    ) -> None:
        self._images, self._call, self._write, self._pacer = images, call, write, pacer
        self._bound = bound
        # Fewer answers to a part cost CPU time, more keep places from calls. A thread for each place that no
        # answer keeps: more would wait for places, and be woken for nothing.
        self._part = bound // 4
        self._threads = bound - self._part
        self._lock = threading.Lock()
        self._gate = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._stop = threading.Event()
        self._over = threading.Event()
        self._settled: list[SettledImage] = []
        self._doubted: list[SettledImage] = []
        self._in_flight = 0
        self._working = 0  # threads that may still give an answer
        self._refused_in_a_row = 0
        self._last_doubtful: ServiceError | None = None
        self._outcome_at = time.monotonic()
        #: Set it to begin no more calls. A plain attribute: the main thread, whom a signal may interrupt at
        #: any instruction, must hold no lock that the other threads need.
        self.is_stopped = False
        #: What stopped the job before its end.
        self.error: BaseException | None = None
        #: Calls that were throttled.
        self.throttled = 0

    def run(self) -> None:
        """
        Make all calls; meant for a thread of its own, which no signal interrupts.

        It returns when every image has its outcome written down; or, after a stop or an error, when the
        calls in flight have ended and what was answered is written down.
        """
        try:
            self._start_threads()
            self._write_what_gathers()
        except BaseException as error:  # noqa: BLE001 raised again by whoever waits for this thread
            self._fail(error)
        self._over.wait()
        try:
            self._resolve_doubts()
            self._write_down(self._take())
        except BaseException as error:  # noqa: BLE001 likewise
            self._fail(error)

    def _start_threads(self) -> None:
        self._working = self._threads
        started = 0
        try:
            for _ in range(self._threads):
                threading.Thread(target=self._work, name="rekmedia-call", daemon=True).start()
                started += 1
        finally:  # where the system gives no more threads, those that it gave have begun
            self._leave(self._threads - started)

    def _write_what_gathers(self) -> None:
        written_at = time.monotonic()
        while not self._over.wait(_TICK_S):
            if self.is_stopped:
                self._halt()
            if time.monotonic() >= written_at + _GATHER_S:
                self._write_down(self._take())
                written_at = time.monotonic()

    def _work(self) -> None:
        try:
            while (image := self._begin()) is not None:
                settled = self._settle(image)
                if settled is not None:
                    self._write_down(self._give(settled))
        except BaseException as error:  # noqa: BLE001 likewise
            self._fail(error)
        finally:
            self._leave(1)

    def _begin(self) -> ImageLine | None:
        """Take the next image as soon as there is a place for it."""
        with self._room:
            while self._in_flight >= self._bound and not self._stop.is_set():
                self._room.wait()
            image = None if self._stop.is_set() else next(self._images, None)
            self._in_flight += image is not None
        return image

    def _give(self, settled: SettledImage) -> list[SettledImage]:
        """Add an outcome; give the part that it fills, if it does."""
        with self._lock:
            self._settled += [settled, *self._doubted]
            self._in_flight += len(self._doubted)
            self._doubted = []
            return self._taken() if len(self._settled) > self._part else []

    def _doubt(self, settled: SettledImage) -> None:
        """Hold back an image whose failure may be everybody's; it is not paid, and needs no place."""
        with self._room:
            self._doubted.append(settled)
            self._in_flight -= 1
            self._room.notify()

    def _resolve_doubts(self) -> None:
        """At the end, nothing more can tell whether the images in doubt or the service had the fault."""
        if self._last_doubtful and is_outage(self._refused_in_a_row, float("inf")):
            self._fail(self._last_doubtful)
        elif not self._stop.is_set():
            self._settled += self._doubted

    def _take(self) -> list[SettledImage]:
        with self._lock:
            return self._taken()

    def _taken(self) -> list[SettledImage]:
        taken, self._settled = self._settled, []
        return taken

    def _write_down(self, answers: list[SettledImage]) -> None:
        if not answers:
            return
        try:
            self._write(answers)
        except BaseException:
            # S3 refused: what is answered is paid, and is tried once more at the end.
            with self._lock:
                self._settled = [*answers, *self._settled]
            raise
        with self._room:
            self._in_flight -= len(answers)
            self._room.notify(len(answers))

    def _settle(self, image: ImageLine) -> SettledImage | None:
        """Call until the image has its outcome; ``None`` when it has none yet: stopped, or in doubt."""
        faults = 0
        while self._wait_for_slot():
            try:
                settled = self._call(image)
            except ServiceError as refusal:
                faults += isinstance(refusal, Unavailable)
                match self._judge(refusal, faults):
                    case NextAction.STOP_JOB:
                        raise
                    case NextAction.FAIL_IMAGE:
                        return _failed(image, refusal)
                    case NextAction.SUSPECT_IMAGE:
                        self._doubt(_failed(image, refusal))
                        return None
                    case NextAction.RETRY:
                        self._pause(refusal, faults)
            else:
                self._hear(None)
                return settled
        return None

    def _pause(self, refusal: ServiceError, faults: int) -> None:
        """Spread calls after a fault; after throttling the pace does."""
        if isinstance(refusal, Unavailable):
            self._stop.wait(_FAULT_PAUSE_S * 2**faults * random.random())  # noqa: S311 spreads calls

    def _wait_for_slot(self) -> bool:
        # One thread waits for its slot, and the others for it: a change of pace concerns them all at once.
        with self._gate:
            if self._stop.is_set():
                return False
            with self._lock:
                pause_s = self._pacer.reserve(time.monotonic())
            return not self._stop.wait(pause_s) if pause_s else True

    def _judge(self, refusal: ServiceError, faults: int) -> NextAction:
        silent_s, in_a_row = self._hear(refusal)
        if isinstance(refusal, Throttled) and silent_s > _STALLED_S:
            return NextAction.STOP_JOB
        return next_action(refusal, faults=faults, in_a_row=in_a_row, silent_s=silent_s)

    def _hear(self, refusal: ServiceError | None) -> tuple[float, int]:
        """Note what a call came to; tell since when no image had an outcome, in seconds and in refusals."""
        now = time.monotonic()
        with self._lock:
            self._pacer.settle(now, call_outcome(refusal))
            if isinstance(refusal, Throttled):
                self.throttled += 1
            elif refusal is None or is_image_error(refusal):
                self._outcome_at, self._refused_in_a_row = now, 0
            else:
                self._refused_in_a_row += 1
                self._last_doubtful = refusal
            return now - self._outcome_at, self._refused_in_a_row

    def _fail(self, error: BaseException) -> None:
        self.error = self.error or error
        self._halt()

    def _halt(self) -> None:
        with self._room:
            self._stop.set()
            self._room.notify_all()

    def _leave(self, threads: int) -> None:
        with self._lock:
            self._working -= threads
            if not self._working:
                self._over.set()


def _failed(image: ImageLine, refusal: ServiceError) -> SettledImage:
    code, message = refusal.code, refusal.message
    return SettledImage(line=image[0], source_ref=image[1], code=code, message=message)
