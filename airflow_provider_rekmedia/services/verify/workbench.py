"""The calls of ``verify``: it writes images and manifests, starts jobs, and reads what they wrote."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.per_image.moderation_labels import ModerationLabels
from airflow_provider_rekmedia.adapters.refusals import http_status
from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    HostNotFound,
    NoCredentials,
    ServiceClosed,
    ServiceError,
    Throttled,
)
from airflow_provider_rekmedia.core.jobs.job import Job, JobStatus
from airflow_provider_rekmedia.core.jobs.polling import Ended, Pace
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.verify.experiments import Experiment, image_uri, plan_experiments
from airflow_provider_rekmedia.core.verify.outcome import JobEnd, Refusal
from airflow_provider_rekmedia.core.verify.sample_images import IMAGES
from airflow_provider_rekmedia.services.wait_for_jobs import wait_for_job

__all__ = ["VerifyOptions", "Workbench", "call"]

_Result = TypeVar("_Result")

#: Connections of the client: the calls that are throttled on purpose are made at once.
CONNECTIONS: Final = 10
#: Seconds between two polls of a job, and before a start that was refused for now is repeated.
_PAUSE_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """
    How ``verify`` runs.

    :param run_id: Hexadecimal digits, part of every key and token.
    :param project_version: ARN of an adapter; ``None`` skips the question about it.
    :param fill_quota: Whether to start jobs until no more may run at once.
    :param timeout_s: How long to wait for each job.
    :param sleep: Waits some seconds.
    :param clock: The time, aware UTC.
    :param report: Called with a line of text for each step.
    """

    run_id: str
    project_version: str | None = None
    fill_quota: bool = False
    timeout_s: float = 1800.0
    sleep: Callable[[float], None]
    clock: Callable[[], datetime]
    report: Callable[[str], None]


def call(make: Callable[[], _Result]) -> _Result | Refusal:
    """
    Make a call, and return the refusal if AWS refuses it.

    :raises ServiceError: There are no credentials, or the host does not exist: no question can be answered.
    """
    try:
        return make()
    except (NoCredentials, HostNotFound):
        raise
    except ServiceError as error:
        return Refusal(
            error.operation,
            error.code,
            error.message,
            http_status(error),
            is_denied=isinstance(error, AccessDenied | ServiceClosed),
            is_throttled=isinstance(error, Throttled),
            is_transient=error.retryable,
        )


class Workbench:
    """
    One run of ``verify``. Jobs are started and read once, when a question needs them.

    :param clients: The account, and the region.
    :param prefix: What is written is below it; nothing else is.
    """

    def __init__(self, clients: AwsClients, prefix: S3Uri, options: VerifyOptions) -> None:
        client = clients.unretried_client(CONNECTIONS)
        request = MediaAnalysisRequest(manifest=prefix, output=prefix, job_name="rekmedia-verify")
        self._labels = ModerationLabels(client, request)
        self._outcomes: dict[str, JobEnd | Refusal] = {}
        self._starts: dict[str, str | Refusal] = {}
        self._started_at: dict[str, datetime] = {}
        #: The calls that were throttled on purpose; ``None`` before they are made.
        self.throttled: list[Refusal] | None = None
        self.jobs = MediaAnalysisJobs(client)
        self.objects = clients.objects
        self.region = clients.region
        self.prefix = prefix
        self.options = options
        self.experiments = plan_experiments(prefix, options.run_id, options.project_version)
        #: The ids of all jobs that were started.
        self.job_ids: list[str] = []

    def put_images(self) -> None:
        """Write the images."""
        for name, body in IMAGES.items():
            self.objects.put(image_uri(self.prefix, name), body, "application/octet-stream")

    def put_manifest(self, name: str) -> None:
        """Write the manifest of a job, if it has one."""
        experiment = self.experiments[name]
        if experiment.lines is not None:
            self.objects.put(self.prefix.join(f"{name}.jsonl"), experiment.manifest, "application/jsonl")

    def start(self, name: str) -> str | Refusal:
        """Start a job, unless this run has started it; return its id."""
        if name not in self._starts:
            self.put_manifest(name)
            self.options.report(f"Starting the job {name}")
            self._started_at[name] = self.options.clock()
            self._starts[name] = self.patiently(lambda: self.start_again(name))
        return self._starts[name]

    def start_again(self, name: str, token: str | None = None, **changes: Any) -> str:
        """
        Make the call that starts a job, with the same token each time.

        :param token: Another token.
        :param changes: Members of the request that differ.
        :raises ServiceError: AWS refused.
        """
        request = self.experiments[name].encode_request(self.prefix) | changes
        job_id = self.jobs.start(request, token or f"rekmedia-{self.options.run_id}-{name}")
        if job_id not in self.job_ids:
            self.job_ids.append(job_id)
        return job_id

    def elapsed_s(self, name: str) -> float:
        """Return the seconds since the job was started."""
        return (self.options.clock() - self._started_at[name]).total_seconds()

    def end(self, name: str) -> JobEnd | Refusal:
        """Start a job unless it was started, wait for its end, and read its files."""
        if name not in self._outcomes:
            start = self.start(name)
            self._outcomes[name] = start if isinstance(start, Refusal) else self._read(name, self.wait(start))
        return self._outcomes[name]

    def wait(self, job_id: str) -> Job:
        """Wait until a job ends, or until the timeout; return its last known state."""
        options = self.options
        pace = Pace(_PAUSE_S, options.clock() + timedelta(seconds=options.timeout_s))
        ending = wait_for_job(
            job_id,
            pace,
            self.jobs.fetch,
            on_poll=lambda _: None,
            sleep=options.sleep,
            clock=options.clock,
        )
        return ending.job if isinstance(ending, Ended) else self.jobs.fetch(job_id)

    def detect(self, name: str) -> Mapping[str, Any] | Refusal:
        """Analyze one image with DetectModerationLabels."""
        return self.patiently(lambda: self._labels.detect(image_uri(self.prefix, name)))

    def patiently(self, make: Callable[[], _Result]) -> _Result | Refusal:
        """Repeat a call that was refused for now: throttled, a fault, or no free job slot."""
        deadline = self.options.clock() + timedelta(seconds=self.options.timeout_s)

        def attempt() -> _Result:
            while True:
                try:
                    return make()
                except ServiceError as error:
                    is_hopeless = isinstance(error, NoCredentials | HostNotFound) or not error.retryable
                    if is_hopeless or self.options.clock() >= deadline:
                        raise
                    self.options.report(f"Trying again in {_PAUSE_S:.0f} s: {error.code}")
                    self.options.sleep(_PAUSE_S)

        return call(attempt)

    def _read(self, name: str, job: Job) -> JobEnd:
        experiment = self.experiments[name]
        duration = job.completed_at - job.created_at if job.completed_at and job.created_at else None
        failure = f"{job.failure.code}: {job.failure.message}" if job.failure else ""
        end = JobEnd(
            experiment=experiment,
            job_id=job.job_id,
            status=job.status,
            failure=failure,
            duration_s=None if duration is None else duration.total_seconds(),
        )
        return self._with_files(end, experiment, job) if job.status is JobStatus.SUCCEEDED else end

    def _with_files(self, end: JobEnd, experiment: Experiment, job: Job) -> JobEnd:
        results, summary = (parse_s3_uri(uri or "") for uri in (job.results_uri, job.summary_uri))
        lines = self.objects.read(results).decode(errors="replace").splitlines()
        return JobEnd(
            experiment=experiment,
            job_id=end.job_id,
            status=end.status,
            duration_s=end.duration_s,
            results_key=results.key,
            summary_key=summary.key,
            results=[json.loads(line) for line in lines if line.strip()],
            summary=json.loads(self.objects.read(summary)),
        )
