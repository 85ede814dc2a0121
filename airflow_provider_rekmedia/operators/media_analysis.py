"""Starts a bulk job, once, and waits for it."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.adapters.jobs.look_log import LookLog
from airflow_provider_rekmedia.adapters.jobs.submission import Submitted
from airflow_provider_rekmedia.adapters.jobs.waiting import (
    look_once,
    pause_before_retry,
    step_now,
    utc_now,
    wait,
)
from airflow_provider_rekmedia.airflow_compat import Context, conf
from airflow_provider_rekmedia.core.arguments import parse_choice, parse_number, parse_seconds
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.jobs.event import decode_ending, decode_retry
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, default_job_name
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, encode_job
from airflow_provider_rekmedia.core.jobs.polling import Pace, Sleep
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.jobs.submission import ExistingJob
from airflow_provider_rekmedia.core.refusals import ServiceError
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix, parse_s3_uri
from airflow_provider_rekmedia.hooks.lineage import lineage_of
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.hooks.task_errors import task_errors
from airflow_provider_rekmedia.hooks.task_instance import task_clears, task_identity
from airflow_provider_rekmedia.links.rekognition import RekognitionConsoleLink, RekognitionResultsLink
from airflow_provider_rekmedia.triggers.deferral import defer_submission, defer_until_final

__all__ = ["RekognitionStartMediaAnalysisJobOperator"]


class RekognitionStartMediaAnalysisJobOperator(AwsBaseOperator[RekognitionHook]):
    """
    Start a Rekognition bulk job over a manifest, and wait for it.

    One task instance starts one job, whatever dies in between: a record beside the results, and a request
    token that retries share, see to it. A retry attaches to the job; only after a job that ended FAILED does
    it start another. The service cannot stop a job: killing the task leaves it running, and the next try
    finds it.

    .. seealso:: ``docs/operators/media_analysis.md``

    :param manifest: The manifest's uri, ``s3://bucket/key``. (templated)
    :param output: Prefix for results and summary, ``s3://bucket/prefix/``, in the region of the call.
        (templated)
    :param manifest_version: S3 object version of the manifest; ``None`` is the newest. (templated)
    :param min_confidence: Percent, 0 to 100; labels below it are not answered. ``None`` leaves it to the
        service, which documents 50. (templated)
    :param project_version: ARN of a Custom Moderation adapter; ``None`` is the pre-trained model. (templated)
    :param job_name: 1 to 64 characters of ``[a-zA-Z0-9_.-]``; the default tells dag, task and run.
        (templated)
    :param kms_key_id: Key for the service's copies, the results and the summary. (templated)
    :param client_request_token: Your own token, 1 to 64 characters of ``[a-zA-Z0-9-_]``, instead of the
        derived one. AWS then answers a retry after a FAILED job with that same job. (templated)
    :param existing_job: What a task that a user cleared does with its finished job: ``reattach`` uses it
        again, ``restart`` pays for a new one. A request that changed within a run needs ``restart``, too.
        (templated)
    :param wait_for_completion: Whether to wait until the job is final; ``False`` also wins over
        ``deferrable``, but for the wait for a free job slot.
    :param deferrable: Whether to wait on the triggerer, holding no worker.
    :param poll_interval: Seconds between two looks at the job, before 10 % of jitter; > 0. (templated)
    :param timeout: Seconds for the whole wait, from submission; > 0. When it passes the task fails, the job
        goes on, and a retry attaches to it with the timeout anew. (templated)
    :param aws_conn_id: Airflow connection, as the Amazon provider takes it. (templated)
    :param region_name: AWS region; the buckets must be in it. (templated)
    :param verify: TLS verification, as boto3 takes it. (templated)
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
        # Not self.output: Airflow keeps that name for the task's XCom.
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

    def execute(self, context: Context) -> dict[str, Any]:
        """Submit, and wait as the arguments say."""
        with task_errors():
            return self._submit(
                context, utc_now() + timedelta(seconds=parse_seconds("timeout", self.timeout))
            )

    def submit_again(self, context: Context, event: dict[str, Any] | None = None) -> dict[str, Any]:
        """Go on after the triggerer has waited for a job slot."""
        with task_errors():
            return self._submit(context, decode_retry(event))

    def execute_complete(self, context: Context, event: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002 Airflow's signature
        """Go on after the triggerer has waited for the job."""
        with task_errors():
            return encode_job(decode_ending(event).outcome())

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002 OpenLineage's signature
        """Tell OpenLineage that the output comes of the manifest; the results operator names its files."""
        return lineage_of([self.manifest], [self.output_prefix])

    def on_kill(self) -> None:
        """Say what killing the task does to the job: nothing."""
        if self._job_id:
            self.log.warning(
                "Job %s goes on and will be billed: the service has no stop operation. "
                "Retry or clear this task, and it attaches to the job again.",
                self._job_id,
            )

    def _submit(self, context: Context, deadline_at: datetime) -> dict[str, Any]:
        pace = Pace(parse_seconds("poll_interval", self.poll_interval), deadline_at)
        submitted = self._submit_when_possible(context, pace)
        self._job_id = submitted.job_id
        if submitted.is_new:
            self.log.info("Submitted %s as job %s", self.manifest, submitted.job_id)
        else:
            self.log.info("Attached to job %s of an earlier try; nothing was submitted", submitted.job_id)
        self._persist_links(context)
        if self.wait_for_completion:
            return encode_job(self._wait(submitted.job_id, pace))
        seen = look_once(submitted.job_id, self.hook.jobs.fetch)
        if isinstance(seen, RekmediaError):
            seen = Job(job_id=submitted.job_id, engine=Engine.BULK, status=JobStatus.CREATED)
        return encode_job(seen)

    def _submit_when_possible(self, context: Context, pace: Pace) -> Submitted:
        ti = context["ti"]
        identity = task_identity(ti)
        request = self._request(identity)
        while True:
            try:
                return self.hook.submit_once(
                    request,
                    identity,
                    clears=task_clears(ti, self.retries),
                    existing_job=parse_choice("existing_job", self.existing_job, ExistingJob),
                    client_request_token=self.client_request_token,
                )
            except ServiceError as refusal:
                pause_s = pause_before_retry(refusal, pace)
                self.log.info("Not submitted yet, next try in %.0f s: %s", pause_s, refusal)
            if self.deferrable:
                defer_submission(self, pause_s, pace)
            time.sleep(pause_s)

    def _request(self, identity: TaskIdentity) -> MediaAnalysisRequest:
        percent = self.min_confidence
        return MediaAnalysisRequest(
            manifest=parse_s3_uri(self.manifest),
            output=parse_s3_prefix(self.output_prefix),
            job_name=self.job_name or default_job_name(identity),
            manifest_version=self.manifest_version,
            min_confidence=None if percent is None else parse_number("min_confidence", percent),
            project_version=self.project_version,
            kms_key_id=self.kms_key_id,
        )

    def _wait(self, job_id: str, pace: Pace) -> Job:
        on_look = LookLog(self.log)
        if not self.deferrable:
            return wait(job_id, pace, self.hook.jobs.fetch, on_look=on_look).outcome()
        # A job that is final already is not waited for: a task that is woken before the scheduler has seen it
        # defer is marked failed (apache/airflow#66374).
        step = step_now(job_id, pace, self.hook.jobs.fetch, on_look=on_look)
        return defer_until_final(self, job_id, pace) if isinstance(step, Sleep) else step.outcome()

    def _persist_links(self, context: Context) -> None:
        output = parse_s3_prefix(self.output_prefix)
        common = {
            "context": context,
            "operator": self,
            "region_name": self.hook.conn_region_name,
            "aws_partition": self.hook.conn_partition,
        }
        RekognitionConsoleLink.persist(**common)
        RekognitionResultsLink.persist(**common, bucket=output.bucket, prefix=output.key)
