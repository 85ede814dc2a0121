"""Starts a bulk job, once, and waits for it."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context, conf
from airflow_provider_rekmedia.core.arguments import parse_choice, parse_optional_text, parse_seconds
from airflow_provider_rekmedia.core.errors import LimitReached, NoCredentials, RekmediaError, ServiceError
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.links.rekognition import (
    NO_LINKS,
    RekognitionConsoleLink,
    RekognitionResultsLink,
)
from airflow_provider_rekmedia.tasks.lineage import lineage_of
from airflow_provider_rekmedia.tasks.task_errors import task_errors
from airflow_provider_rekmedia.tasks.task_instance import task_clears, task_identity

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.jobs.event import Retry
    from airflow_provider_rekmedia.core.jobs.job import Job
    from airflow_provider_rekmedia.core.jobs.polling import Pace
    from airflow_provider_rekmedia.services.submit_job import Submitted

__all__ = ["RekognitionStartMediaAnalysisJobOperator"]


class RekognitionStartMediaAnalysisJobOperator(AwsBaseOperator[RekognitionHook]):
    """
    Start a Rekognition bulk job over a manifest, and wait for it.

    One task instance starts one job, even if a worker dies at any moment: a record beside the results and a
    request token ensure it. A retry attaches to the job; it starts a new job only if the last one ended
    FAILED. The service cannot stop a job: if the task is killed, the job continues, and the next try attaches
    to it.

    .. seealso:: ``docs/operators/media_analysis.md``

    :param manifest: The manifest's uri, ``s3://bucket/key``. (templated)
    :param output: Prefix for results and summary, ``s3://bucket/prefix/``, in the region of the call.
        (templated)
    :param manifest_version: S3 object version of the manifest; ``None`` is the newest. (templated)
    :param min_confidence: Percent, 0 to 100; the service does not return labels below it. ``None`` leaves it
        to the service, which documents 50. (templated)
    :param project_version: ARN of a Custom Moderation adapter; ``None`` is the pre-trained model. (templated)
    :param job_name: 1 to 64 characters of ``[a-zA-Z0-9_.-]``; the default contains dag, task and run.
        (templated)
    :param kms_key_id: Key for everything that this task and the job write, and for the service's copies;
        ``None`` leaves the encryption to the bucket and the service. (templated)
    :param client_request_token: Your own token, 1 to 64 characters of ``[a-zA-Z0-9-_]``, instead of the
        derived one. AWS then returns a FAILED job again to a retry, instead of starting a new one.
        (templated)
    :param existing_job: What a cleared task does with its finished job: ``reattach`` uses it again,
        ``restart`` starts and pays for a new one. If the request changed within a run, ``restart`` is needed
        too. (templated)
    :param wait_for_completion: Whether to wait until the job is final. ``False`` overrides ``deferrable``,
        except for the wait for a free job slot.
    :param deferrable: Whether to wait on the triggerer, without a worker.
    :param poll_interval: Seconds between two polls of the job, before 10 % of jitter; > 0. (templated)
    :param timeout: Seconds for the whole wait, from submission; > 0. After it the task fails and the job
        continues; a retry attaches to it, with a new timeout. (templated)
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region; the buckets must be in it. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: The job, a dict; without waiting, as it was just after submission.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "manifest",
        "output_prefix",
        "manifest_version",
        "min_confidence",
        "project_version",
        "job_name",
        "kms_key_id",
        "client_request_token",
        "existing_job",
        "poll_interval",
        "timeout",
    )
    operator_extra_links = (RekognitionResultsLink(), RekognitionConsoleLink())
    link_fields: Mapping[str, Any] | None = NO_LINKS
    ui_color = "#f0e6d2"

    def __init__(
        self,
        *,
        manifest: str,
        output: str,
        manifest_version: str | None = None,
        min_confidence: float | str | None = None,
        project_version: str | None = None,
        job_name: str | None = None,
        kms_key_id: str | None = None,
        client_request_token: str | None = None,
        existing_job: str = "reattach",
        wait_for_completion: bool = True,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        poll_interval: float | str = 60,
        timeout: float | str = 86_400,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.manifest = manifest
        # Not self.output: Airflow uses that name for the task's XCom.
        self.output_prefix = output
        self.manifest_version = manifest_version
        self.min_confidence = min_confidence
        self.project_version = project_version
        self.job_name = job_name
        self.kms_key_id = kms_key_id
        self.client_request_token = client_request_token
        self.existing_job = existing_job
        self.wait_for_completion = wait_for_completion
        self.deferrable = deferrable
        self.poll_interval = poll_interval
        self.timeout = timeout
        self._job_id: str | None = None

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return super()._hook_parameters | {"kms_key_id": parse_optional_text("kms_key_id", self.kms_key_id)}

    def execute(self, context: Context) -> dict[str, Any]:
        """Submit the job, and wait as the arguments say."""
        with task_errors(self.aws_conn_id):
            timeout_s = parse_seconds("timeout", self.timeout)
            return self._submit_and_wait(context, datetime.now(UTC) + timedelta(seconds=timeout_s))

    def submit_again(self, context: Context, event: dict[str, Any] | None = None) -> dict[str, Any]:
        """Continue after the triggerer has waited for a job slot, or for a moment."""
        from airflow_provider_rekmedia.core.jobs.event import decode_retry

        with task_errors(self.aws_conn_id):
            retry = decode_retry(event)
            return self._submit_and_wait(context, retry.deadline_at, retry)

    def execute_complete(self, context: Context, event: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002 Airflow's signature
        """Continue after the triggerer has waited for the job."""
        from airflow_provider_rekmedia.core.jobs.event import decode_ending
        from airflow_provider_rekmedia.core.jobs.job import encode_job

        self.link_fields = None
        with task_errors(self.aws_conn_id):
            return encode_job(decode_ending(event).outcome())

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002 OpenLineage's signature
        """Return the manifest and the output prefix; the results operator names the files."""
        return lineage_of([self.manifest], [self.output_prefix])

    def on_kill(self) -> None:
        """Log that the job goes on."""
        if self._job_id:
            self.log.warning(
                "Job %s goes on and will be billed: the service has no stop operation. "
                "Retry or clear this task, and it attaches to the job again.",
                self._job_id,
            )

    def _submit_and_wait(
        self, context: Context, deadline_at: datetime, retry: "Retry | None" = None
    ) -> dict[str, Any]:
        from airflow_provider_rekmedia.core.jobs.job import encode_job
        from airflow_provider_rekmedia.core.jobs.polling import Pace

        pace = Pace(parse_seconds("poll_interval", self.poll_interval), deadline_at)
        submitted = self._submit_when_possible(context, pace, retry)
        self._job_id = submitted.job_id
        if submitted.is_new:
            self.log.info("Submitted %s as job %s", self.manifest, submitted.job_id)
        else:
            self.log.info("Attached to job %s of an earlier try; nothing was submitted", submitted.job_id)
        job = self._wait(submitted.job_id, pace) if self.wait_for_completion else self._poll(submitted.job_id)
        return encode_job(job)

    def _submit_when_possible(self, context: Context, pace: "Pace", retry: "Retry | None") -> "Submitted":
        """Submit; while AWS refuses for a reason that passes, wait and retry until the deadline."""
        from airflow_provider_rekmedia.services.wait_for_jobs import pause_before_retry

        has_waited = retry is not None
        while True:
            try:
                return self._submit_once(context)
            except ServiceError as error:
                refusal = error
            pause_s = pause_before_retry(refusal, pace, has_waited=has_waited)
            if isinstance(refusal, NoCredentials):
                vars(self).pop("hook", None)  # the next try reads the connection again
            if self.deferrable:
                self._defer_submission(refusal, pace, pause_s, retry)
            self.log.info("Not submitted yet, next try in %.0f s: %s", pause_s, refusal)
            has_waited = True
            time.sleep(pause_s)

    def _defer_submission(
        self, refusal: ServiceError, pace: "Pace", pause_s: float, retry: "Retry | None"
    ) -> None:
        from airflow_provider_rekmedia.triggers.job_slot import RekognitionJobSlotTrigger
        from airflow_provider_rekmedia.triggers.submission import RekognitionSubmissionRetryTrigger

        waiting_since = None if retry is None else retry.waiting_since
        if isinstance(refusal, LimitReached):
            self.log.info("Not submitted yet, waiting for a free job slot: %s", refusal)
            RekognitionJobSlotTrigger.defer(self, pace, pause_s, waiting_since)
        self.log.info("Not submitted yet, next try in %.0f s: %s", pause_s, refusal)
        RekognitionSubmissionRetryTrigger.defer(self, pace, pause_s, waiting_since)

    def _submit_once(self, context: Context) -> "Submitted":
        from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob
        from airflow_provider_rekmedia.services.jobs.request_arguments import parse_request
        from airflow_provider_rekmedia.services.submit_job import submit_job

        ti = context["ti"]
        identity = task_identity(ti)
        request = parse_request(
            identity,
            manifest=self.manifest,
            output=self.output_prefix,
            manifest_version=self.manifest_version,
            min_confidence=self.min_confidence,
            project_version=self.project_version,
            kms_key_id=self.kms_key_id,
            job_name=self.job_name,
        )
        self._persist_links(context)
        return submit_job(
            request,
            identity,
            clears=task_clears(ti, self.retries),
            clients=self.hook,
            existing_job=parse_choice("existing_job", self.existing_job, ExistingJob),
            client_request_token=parse_optional_text("client_request_token", self.client_request_token),
        )

    def _wait(self, job_id: str, pace: "Pace") -> "Job":
        from airflow_provider_rekmedia.core.jobs.polling import Sleep
        from airflow_provider_rekmedia.services.jobs.status_log import StatusLog
        from airflow_provider_rekmedia.services.wait_for_jobs import poll_job, wait_for_job
        from airflow_provider_rekmedia.tasks.fresh_client import with_fresh_client
        from airflow_provider_rekmedia.triggers.media_analysis import RekognitionMediaAnalysisJobTrigger

        on_poll = StatusLog(self.log)
        fetch = with_fresh_client(self, self._fetch)
        if not self.deferrable:
            return wait_for_job(job_id, pace, fetch, on_poll=on_poll).outcome()
        # A task must not defer for a job that is final already: see tasks/scheduler_race.py.
        step = poll_job(job_id, pace, fetch, on_poll=on_poll)
        if isinstance(step, Sleep):
            RekognitionMediaAnalysisJobTrigger.defer(self, job_id, pace)
        return step.outcome()

    def _fetch(self, job_id: str) -> "Job":
        return self.hook.jobs.fetch(job_id)

    def _poll(self, job_id: str) -> "Job":
        """Return the job as it is just after submission; without an answer, as it must be at least."""
        from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
        from airflow_provider_rekmedia.services.jobs.fetch_jobs import fetch_or_error

        job = fetch_or_error(job_id, self._fetch)
        if isinstance(job, RekmediaError):
            return Job(job_id=job_id, engine=Engine.BULK, status=JobStatus.CREATED)
        return job

    def _persist_links(self, context: Context) -> None:
        if self.link_fields:
            return
        output = parse_s3_prefix(self.output_prefix)
        arguments = {
            "context": context,
            "operator": self,
            "region_name": self.hook.conn_region_name,
            "aws_partition": self.hook.conn_partition,
        }
        RekognitionConsoleLink.persist(**arguments)
        RekognitionResultsLink.persist(**arguments, bucket=output.bucket, prefix=output.key)
