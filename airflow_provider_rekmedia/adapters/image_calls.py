"""A bounded pool of threads over one boto3 client: each takes an image, waits for its slot, and calls."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from airflow_provider_rekmedia.core.pacing import Pacer
from airflow_provider_rekmedia.core.per_image import Sequel, next_for_image
from airflow_provider_rekmedia.core.refusals import ServiceError, Throttled, Unavailable
from airflow_provider_rekmedia.core.settled_image import SettledImage

__all__ = ["ImageCalls", "ImageLine"]

#: The line's number and its uri.
ImageLine = tuple[int, str]
_FAULT_PAUSE_S: Final = 0.2
#: With nothing but throttled calls for so long, somebody else has the quota: another try may find it free.
_STALLED_S: Final = 300.0


class ImageCalls:
    """
    The calls of one job. Memory grows with the bound, never with the manifest.

    An image has its place from its beginning until its answer is written down, so that no kill costs more than
    the bound. Places that calls alone held would be a fifth faster where nothing but the bound holds them
    back; a quota does first.

    :param images: Taken lazily, one by one, by whichever thread is free.
    :param call: The paid call: analyzes one image, or raises ``ServiceError``.
    :param bound: Images in flight at most: begun, and their answers not written down yet.
    """

    def __init__(
        self,
        images: Iterator[ImageLine],
        call: Callable[[ImageLine], SettledImage],
        *,
        bound: int,
        pacer: Pacer,
    ) -> None:
        self._images, self._call, self._pacer, self._bound = images, call, pacer, bound
        self._lock = threading.Lock()
        self._gate = threading.Lock()
        self._stop = threading.Event()
        self._settled: list[SettledImage] = []
        self._room = threading.Condition(self._lock)
        self._enough = threading.Event()
        self._in_flight = 0
        self._working = 0  # threads that may still give an answer
        self._faults_in_a_row = 0
        self._answered_at = time.monotonic()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(bound)]
        #: What stopped the job before its end.
        self.error: Exception | None = None
        #: Calls that were throttled.
        self.throttled = 0

    def start(self) -> None:
        """
        Begin to call.

        :raises RuntimeError: The system gives no more threads; those that it gave have begun.
        """
        for thread in self._threads:
            with self._lock:
                self._working += 1
            try:
                thread.start()
            except RuntimeError:
                with self._lock:
                    self._working -= 1
                raise

    def stop(self) -> None:
        """Begin no more calls; those in flight end, and are given by :meth:`take`, should anybody ask."""
        with self._room:
            self._stop.set()
            self._enough.set()
            self._room.notify_all()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        with self._lock:
            return not self._working and not self._settled

    def take(self, wait_s: float) -> list[SettledImage]:
        """
        Take the answers that are there.

        :param wait_s: Seconds to let answers gather; cut short by a stop, when a quarter of the bound is
            there, and when no more come.
        """
        self._enough.wait(wait_s)
        with self._room:
            taken, self._settled = self._settled, []
            self._enough.clear()
        return taken

    def free(self, answers: list[SettledImage]) -> None:
        """Hear that answers are written down: others may have their places."""
        with self._room:
            self._in_flight -= len(answers)
            self._room.notify(len(answers))

    def give_back(self, answers: list[SettledImage]) -> None:
        """Have answers that could not be written down taken once more."""
        with self._lock:
            self._settled = [*answers, *self._settled]

    def _begin(self) -> ImageLine | None:
        """Take the next image as soon as there is a place for it."""
        with self._room:
            while self._in_flight == self._bound and not self._stop.is_set():
                self._room.wait()
            image = None if self._stop.is_set() else next(self._images, None)
            self._in_flight += image is not None
        return image

    def _give(self, settled: SettledImage) -> None:
        with self._lock:
            self._settled.append(settled)
            # Fewer at once cost CPU time for their parts, more keep places that others wait for.
            if len(self._settled) > self._bound // 4:
                self._enough.set()

    def _work(self) -> None:
        try:
            while (image := self._begin()) is not None:
                settled = self._settle(image)
                if settled is not None:
                    self._give(settled)
        except Exception as error:  # noqa: BLE001 raised again by the thread that waits for this one
            self.error = self.error or error
            self.stop()
        finally:
            with self._lock:
                self._working -= 1
                if not self._working:
                    self._enough.set()

    def _settle(self, image: ImageLine) -> SettledImage | None:
        faults = 0
        while self._wait_for_slot():
            try:
                settled = self._call(image)
            except ServiceError as refusal:
                faults += isinstance(refusal, Unavailable)
                match self._judge(refusal, faults):
                    case Sequel.STOP:
                        raise
                    case Sequel.FAIL_IMAGE:
                        code, message = refusal.fields["code"], refusal.fields["message"]
                        return SettledImage(line=image[0], source_ref=image[1], code=code, message=message)
                    case Sequel.AGAIN:
                        if isinstance(refusal, Unavailable):
                            pause_s = _FAULT_PAUSE_S * 2**faults * random.random()  # noqa: S311 spreads calls
                            self._stop.wait(pause_s)
            else:
                self._hear(None)
                return settled
        return None

    def _wait_for_slot(self) -> bool:
        # One thread waits for its slot, and the others for it: a change of pace concerns them all at once.
        with self._gate:
            if self._stop.is_set():
                return False
            with self._lock:
                pause_s = self._pacer.reserve(time.monotonic())
            return not self._stop.wait(pause_s) if pause_s else True

    def _judge(self, refusal: ServiceError, faults: int) -> Sequel:
        self._hear(refusal)
        if isinstance(refusal, Throttled) and time.monotonic() - self._answered_at > _STALLED_S:
            return Sequel.STOP
        return next_for_image(refusal, faults=faults, faults_in_a_row=self._faults_in_a_row)

    def _hear(self, refusal: ServiceError | None) -> None:
        now = time.monotonic()
        with self._lock:
            self._pacer.settle(now, refused=isinstance(refusal, Throttled))
            self.throttled += isinstance(refusal, Throttled)
            self._faults_in_a_row = self._faults_in_a_row + 1 if isinstance(refusal, Unavailable) else 0
            if not isinstance(refusal, Throttled | Unavailable):
                self._answered_at = now
