"""Analyzes the images of one manifest with DetectModerationLabels, and writes the files of a bulk job."""

import io
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from airflow_provider_rekmedia.adapters.per_image.immutable_files import put_immutable
from airflow_provider_rekmedia.adapters.per_image.journal import ImageJournal
from airflow_provider_rekmedia.adapters.per_image.moderation_labels import ModerationLabels
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import AdapterExpired, InvalidS3Uri, JobStopped
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.per_image.pacing import Pacer
from airflow_provider_rekmedia.core.per_image.progress import Progress
from airflow_provider_rekmedia.core.per_image.settings import OnExpiredAdapter
from airflow_provider_rekmedia.core.per_image.settled_image import (
    SettledImage,
    encode_summary,
    pick_result_members,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

from .call_pool import CallPool, ImageLine
from .options import PerImageOptions

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["PerImageJob"]

_LOG = logging.getLogger(__name__)
_PROGRESS_S: Final = 5.0
_TICK_S: Final = 0.2
#: How long to wait for the calls in flight after a stop: a little more than botocore's two timeouts.
_LAST_CALLS_S: Final = 130.0
_BAD_LINE: Final = "InvalidManifestException"


class PerImageJob:
    """
    One job over one manifest.

    :param client: A boto3 Rekognition client that does not retry.
    :param folder: The prefix of the parts of the job's journal.
    :param may_send: Checked before each call; while it returns false, no image is sent.
    """

    def __init__(
        self,
        job_id: str,
        request: MediaAnalysisRequest,
        *,
        client: "RekognitionClient",
        objects: S3Objects,
        folder: S3Uri,
        created_at: datetime,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self._job_id, self._request, self._created_at = job_id, request, created_at
        self._labels = ModerationLabels(client, request)
        self._objects, self._folder, self._may_send = objects, folder, may_send
        self._has_warned = False

    def run(self, lines: Sequence[str | None], options: PerImageOptions) -> Job:
        """
        Analyze the images that are not in the journal yet, and write the results and the summary.

        :param lines: The uri of each line of the manifest; ``None`` for a line without a uri.
        :raises AdapterExpired: The base model answered instead of an adapter, and *options* say to fail.
        :raises JobStopped: ``options.is_stopped`` returned true.
        :raises MalformedAnswer: A response has no list of labels.
        :raises NoImageRead: The service could read none of the images.
        :raises ServiceError: AWS refused what concerns every image. Finished images are kept.
        """
        journal = ImageJournal(self._objects, self._folder, self._objects.put)
        try:
            journal.load()
            has_read_image = len(journal) > 0
            journal.settle_free(_unreadable_lines(lines))
            if len(journal) < len(lines):
                self._analyze(lines, journal, options, has_read_image=has_read_image)
            return self._write_files(journal, len(lines))
        finally:
            journal.close()

    def _analyze(
        self,
        lines: Sequence[str | None],
        journal: ImageJournal,
        options: PerImageOptions,
        *,
        has_read_image: bool,
    ) -> None:
        finished = journal.lines()
        pending: Iterator[ImageLine] = (
            (number, uri)
            for number, uri in enumerate(lines, start=1)
            if uri is not None and number not in finished
        )
        pool = CallPool(
            pending,
            partial(self._detect, on_expired_adapter=options.on_expired_adapter),
            journal.write,
            bound=options.max_concurrency,
            pacer=Pacer(options.max_tps),
            may_send=self._may_send,
            has_read_image=has_read_image,
        )
        started_at = time.monotonic()

        def report() -> None:
            elapsed_s = max(time.monotonic() - started_at, 0.001)
            options.on_progress(_progress(len(lines), journal, len(finished), pool, elapsed_s))

        _watch(pool, report, options.is_stopped)
        report()
        if pool.error:
            raise pool.error
        if pool.is_stopped and len(journal) < len(lines):
            raise JobStopped(job_id=self._job_id, done=len(journal), total=len(lines))

    def _detect(self, image: ImageLine, *, on_expired_adapter: OnExpiredAdapter) -> SettledImage:
        number, source_ref = image
        response = self._labels.detect(parse_s3_uri(source_ref))
        if self._request.project_version and not response.get("ProjectVersion"):
            self._handle_expired_adapter(on_expired_adapter)
        return SettledImage(line=number, source_ref=source_ref, answer=pick_result_members(response))

    # (unknown: expired-adapter)
    def _handle_expired_adapter(self, on_expired_adapter: OnExpiredAdapter) -> None:
        error = AdapterExpired(project_version=self._request.project_version)
        if on_expired_adapter is OnExpiredAdapter.FAIL:
            raise error
        if not self._has_warned:
            self._has_warned = True
            _LOG.warning("%s", error)

    def _write_files(self, journal: ImageJournal, total: int) -> Job:
        with journal.compose() as body:
            model_version = _model_version(body.readline())
            body.seek(0)
            results = self._put(f"{self._job_id}-results.jsonl", body, "application/jsonl")
        failed = [image for _, image in sorted(journal.failed.items())]
        encoded = io.BytesIO(encode_summary(failed, total=total))
        summary = self._put(f"{self._job_id}-manifest-summary.json", encoded, "application/json")
        return Job(
            job_id=self._job_id,
            engine=Engine.PER_IMAGE,
            status=JobStatus.SUCCEEDED,
            manifest_uri=str(self._request.manifest),
            manifest_version=self._request.manifest_version,
            results_uri=str(results),
            summary_uri=str(summary),
            model_version=model_version,
            created_at=self._created_at,
            completed_at=datetime.now(UTC),
            output_uri=str(self._request.output),
            min_confidence=self._request.min_confidence,
        )

    def _put(self, name: str, body: IO[bytes], content_type: str) -> S3Uri:
        return put_immutable(self._objects, self._request.output, name, body, content_type)


def _watch(pool: CallPool, report: Callable[[], None], is_stopped: Callable[[], bool]) -> None:
    """
    Run the calls in a thread, and watch them from the main thread until they are finished.

    A signal may interrupt the main thread at any instruction, so it takes no lock. However the watch ends,
    the other threads journal the responses that have arrived.
    """
    thread = threading.Thread(target=pool.run, name="rekmedia-calls", daemon=True)
    reported_at = time.monotonic()
    try:
        thread.start()
        while thread.is_alive():
            thread.join(_TICK_S)
            pool.is_stopped = pool.is_stopped or is_stopped()
            if time.monotonic() >= reported_at + _PROGRESS_S:
                reported_at = time.monotonic()
                report()
    except BaseException:
        pool.is_stopped = True
        raise
    finally:
        until = time.monotonic() + _LAST_CALLS_S
        while thread.is_alive() and time.monotonic() < until:
            thread.join(_TICK_S)


def _unreadable_lines(lines: Sequence[str | None]) -> Iterator[SettledImage]:
    for number, uri in enumerate(lines, start=1):
        try:
            if uri is not None:
                parse_s3_uri(uri)
                continue
            problem = "The line has no source-ref."
        except InvalidS3Uri as error:
            problem = str(error)
        yield SettledImage(line=number, source_ref=uri, code=_BAD_LINE, message=problem)


def _progress(
    total: int, journal: ImageJournal, finished_before: int, pool: CallPool, elapsed_s: float
) -> Progress:
    return Progress(
        total=total,
        done=len(journal),
        failed=len(journal.failed),
        tps=(len(journal) - finished_before) / elapsed_s,
        throttled=pool.throttled,
    )


def _model_version(line: bytes) -> str | None:
    if not line:
        return None
    labels: dict[str, Any] = msgspec.json.decode(line)["detect-moderation-labels"]
    return labels.get("ModerationModelVersion")
