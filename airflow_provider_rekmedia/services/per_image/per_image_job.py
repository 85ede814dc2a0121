"""Does a job image by image, with DetectModerationLabels: resumed after any kill, and never done twice."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from airflow_provider_rekmedia.adapters.per_image.journal import ImageJournal
from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import AdapterExpired, InvalidS3Uri, JobStopped, MalformedAnswer
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

from .call_pool import ImageCalls, ImageLine

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["PerImageJob", "PerImageOptions"]

_LOG = logging.getLogger(__name__)
_PROGRESS_S: Final = 5.0
_TICK_S: Final = 0.2
#: For how long the calls in flight are waited for after a stop: botocore's two timeouts, and some more.
_LAST_CALLS_S: Final = 130.0
_BAD_LINE: Final = "InvalidManifestException"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerImageOptions:
    """
    How a job is done.

    :param max_tps: Calls a second at most; ``None`` finds the quota.
    :param max_concurrency: Images in flight at most, 1 or more: begun, and not written down yet.
    :param on_progress: Told every five seconds, and at the end.
    :param is_stopped: SubmissionRequest five times a second whether to begin no more images.
    """

    max_tps: float | None
    max_concurrency: int
    on_expired_adapter: OnExpiredAdapter
    on_progress: Callable[[Progress], None]
    is_stopped: Callable[[], bool] = lambda: False


class PerImageJob:
    """
    One job, and what it does with one manifest.

    :param client: A boto3 Rekognition client that does not retry: the pace is ours to find.
    :param folder: The prefix of the job's parts.
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
    ) -> None:
        self._job_id, self._request, self._created_at = job_id, request, created_at
        self._client, self._objects, self._folder = client, objects, folder
        moderation = {"MinConfidence": request.min_confidence, "ProjectVersion": request.project_version}
        self._arguments: Any = {name: value for name, value in moderation.items() if value is not None}
        self._warned = False

    def run(self, lines: Sequence[str | None], effort: PerImageOptions) -> Job:
        """
        Analyze what is not analyzed yet, and write the two files.

        :param lines: The uri of each line of the manifest; ``None`` for a line that has none.
        :raises AdapterExpired: The base model answered, and that is not wanted.
        :raises JobStopped: The effort was told to stop.
        :raises MalformedAnswer: An answer has no labels, and not even none.
        :raises ServiceError: AWS refused what concerns every image. What was done is kept.
        """
        journal = ImageJournal(self._objects, self._folder, self._put)
        try:
            journal.load()
            journal.settle_free(_unreadable(lines))
            if len(journal) < len(lines):
                self._analyze(lines, journal, effort)
            return self._compose(journal, len(lines))
        finally:
            journal.close()

    def _analyze(self, lines: Sequence[str | None], journal: ImageJournal, effort: PerImageOptions) -> None:
        already = journal.lines()
        waiting: Iterator[ImageLine] = (
            (number, uri)
            for number, uri in enumerate(lines, start=1)
            if uri is not None and number not in already
        )
        calls = ImageCalls(
            waiting,
            partial(self._call, on_expired_adapter=effort.on_expired_adapter),
            journal.write,
            bound=effort.max_concurrency,
            pacer=Pacer(effort.max_tps),
        )
        begun = time.monotonic()

        def tell() -> None:
            seconds = max(time.monotonic() - begun, 0.001)
            effort.on_progress(_progress(len(lines), journal, len(already), calls, seconds))

        _see_through(calls, tell, effort.is_stopped)
        tell()
        if calls.error:
            raise calls.error
        if calls.is_stopped and len(journal) < len(lines):
            raise JobStopped(job_id=self._job_id, done=len(journal), total=len(lines))

    def _call(self, image: ImageLine, *, on_expired_adapter: OnExpiredAdapter) -> SettledImage:
        number, text = image
        uri = parse_s3_uri(text)
        with refusals_of("DetectModerationLabels"):
            answer: Any = self._client.detect_moderation_labels(
                Image={"S3Object": {"Bucket": uri.bucket, "Name": uri.key}}, **self._arguments
            )
        if self._request.project_version and not answer.get("ProjectVersion"):
            self._notice_expired(on_expired_adapter)
        if "ModerationLabels" not in answer:
            raise MalformedAnswer(operation="DetectModerationLabels", missing="ModerationLabels")
        return SettledImage(line=number, source_ref=text, answer=pick_result_members(answer))

    def _notice_expired(self, on_expired_adapter: OnExpiredAdapter) -> None:
        error = AdapterExpired(project_version=self._request.project_version)
        if on_expired_adapter is OnExpiredAdapter.FAIL:
            raise error
        if not self._warned:
            self._warned = True
            _LOG.warning("%s", error)

    def _put(self, uri: S3Uri, body: bytes | IO[bytes], content_type: str) -> None:
        self._objects.put(uri, body, content_type, kms_key_id=self._request.kms_key_id)

    def _compose(self, journal: ImageJournal, total: int) -> Job:
        results = self._request.output.join(f"{self._job_id}-results.jsonl")
        summary = self._request.output.join(f"{self._job_id}-manifest-summary.json")
        with journal.compose() as body:
            model_version = _model_version(body.readline())
            body.seek(0)
            self._put(results, body, "application/jsonl")
        failed = [image for _, image in sorted(journal.failed.items())]
        self._put(summary, encode_summary(failed, total=total), "application/json")
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
        )


def _see_through(calls: ImageCalls, tell: Callable[[], None], is_stopped: Callable[[], bool]) -> None:
    """
    Watch the calls from the main thread until they are over.

    A signal may interrupt this thread at any instruction, once or again: it takes no lock, and whatever ends
    the watch, what is answered is written down by the others meanwhile.
    """
    work = threading.Thread(target=calls.run, name="rekmedia-calls", daemon=True)
    told = time.monotonic()
    try:
        work.start()
        while work.is_alive():
            work.join(_TICK_S)
            calls.is_stopped = calls.is_stopped or is_stopped()
            if time.monotonic() >= told + _PROGRESS_S:
                told = time.monotonic()
                tell()
    except BaseException:
        calls.is_stopped = True
        raise
    finally:
        until = time.monotonic() + _LAST_CALLS_S
        while work.is_alive() and time.monotonic() < until:
            work.join(_TICK_S)


def _unreadable(lines: Sequence[str | None]) -> Iterator[SettledImage]:
    for number, uri in enumerate(lines, start=1):
        try:
            if uri is not None:
                parse_s3_uri(uri)
                continue
            problem = "The line has no source-ref."
        except InvalidS3Uri as error:
            problem = str(error)
        yield SettledImage(line=number, source_ref=uri, code=_BAD_LINE, message=problem)


def _progress(total: int, journal: ImageJournal, before: int, calls: ImageCalls, seconds: float) -> Progress:
    return Progress(
        total=total,
        done=len(journal),
        failed=len(journal.failed),
        tps=(len(journal) - before) / seconds,
        throttled=calls.throttled,
    )


def _model_version(line: bytes) -> str | None:
    if not line:
        return None
    found: dict[str, Any] = msgspec.json.decode(line)["detect-moderation-labels"]
    return found.get("ModerationModelVersion")
