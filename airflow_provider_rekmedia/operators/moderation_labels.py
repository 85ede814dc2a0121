"""Runs a per-image job, for accounts without bulk analysis."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context
from airflow_provider_rekmedia.core.arguments import (
    parse_choice,
    parse_optional_number,
    parse_optional_text,
    parse_whole_number,
)
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.links.rekognition import NO_LINKS, RekognitionResultsLink
from airflow_provider_rekmedia.tasks.lineage import lineage_of
from airflow_provider_rekmedia.tasks.progress import progress_reporter
from airflow_provider_rekmedia.tasks.task_errors import task_errors
from airflow_provider_rekmedia.tasks.task_instance import task_clears, task_identity

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
    from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
    from airflow_provider_rekmedia.services.per_image.options import PerImageOptions

__all__ = ["RekognitionDetectModerationLabelsOperator"]


class RekognitionDetectModerationLabelsOperator(AwsBaseOperator[RekognitionHook]):
    """
    Analyze the images of a manifest one by one with DetectModerationLabels, which every account may call.

    The operator reads the manifest of a bulk job, writes the files of a bulk job, and returns a job. So a Dag
    changes its engine by changing only this operator. It holds a worker while it runs. Each result is
    journaled in S3: a retried or cleared task resumes where it stopped, and returns a finished job again at
    no cost.

    .. seealso:: ``docs/operators/moderation_labels.md``

    :param manifest: The manifest's uri, ``s3://bucket/key``, of 1 to 10,000 lines. (templated)
    :param output: Prefix for results, summary and journal, ``s3://bucket/prefix/``, in the region of the
        call. (templated)
    :param manifest_version: S3 object version of the manifest; ``None`` is the newest. (templated)
    :param min_confidence: Percent, 0 to 100; the service does not return labels below it. ``None`` leaves it
        to the service, which documents 50. (templated)
    :param project_version: ARN of a Custom Moderation adapter; ``None`` is the pre-trained model. (templated)
    :param kms_key_id: Key for every object that is written; ``None`` leaves it to the bucket. (templated)
    :param existing_job: What a cleared task does with its finished job: ``reattach`` uses it again,
        ``restart`` starts and pays for a new one. If the request changed within a run, ``restart`` is needed
        too. (templated)
    :param max_tps: Most calls per second, 0.001 or more. ``None`` adapts to the account's quota, and shares
        it with other tasks that do the same. (templated)
    :param max_concurrency: Most images in flight, 1 to 1,000: started, and not journaled yet. Three quarters
        of them are calls. At most this many images are billed again after a kill. (templated)
    :param on_expired_adapter: What to do if the base model answers instead of the adapter. The service does
        this silently after the adapter has expired. ``warn`` logs it, ``fail`` fails the task. (templated)
    :param max_failed: Fail the task, after everything is written, if more images failed: a number of images,
        or a share (``"2%"``, or between 0 and 1). ``None`` is no limit. (templated)
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region; the buckets must be in it. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``; its retries are ignored.
    :return: The job, a dict, SUCCEEDED.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "manifest",
        "output_prefix",
        "manifest_version",
        "min_confidence",
        "project_version",
        "kms_key_id",
        "existing_job",
        "max_tps",
        "max_concurrency",
        "on_expired_adapter",
        "max_failed",
    )
    operator_extra_links = (RekognitionResultsLink(),)
    link_fields: Mapping[str, Any] | None = NO_LINKS
    _is_killed = False
    ui_color = "#f0e6d2"

    def __init__(
        self,
        *,
        manifest: str,
        output: str,
        manifest_version: str | None = None,
        min_confidence: float | str | None = None,
        project_version: str | None = None,
        kms_key_id: str | None = None,
        existing_job: str = "reattach",
        max_tps: float | str | None = None,
        max_concurrency: int | str = 100,
        on_expired_adapter: str = "warn",
        max_failed: float | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.manifest = manifest
        # Not self.output: Airflow uses that name for the task's XCom.
        self.output_prefix = output
        self.manifest_version = manifest_version
        self.min_confidence = min_confidence
        self.project_version = project_version
        self.kms_key_id = kms_key_id
        self.existing_job = existing_job
        self.max_tps = max_tps
        self.max_concurrency = max_concurrency
        self.on_expired_adapter = on_expired_adapter
        self.max_failed = max_failed

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return super()._hook_parameters | {"kms_key_id": parse_optional_text("kms_key_id", self.kms_key_id)}

    def execute(self, context: Context) -> dict[str, Any]:
        """Analyze the images that are not analyzed yet, write the files, then check how many failed."""
        from airflow_provider_rekmedia.core.jobs.job import encode_job
        from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob
        from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance
        from airflow_provider_rekmedia.services.run_per_image_job import report_failures, run_per_image_job

        ti = context["ti"]
        identity = task_identity(ti)
        with task_errors(self.aws_conn_id):
            tolerance = parse_tolerance(self.max_failed)
            request = self._request(identity)
            self._persist_link(context, request)
            job = run_per_image_job(
                request,
                identity,
                clears=task_clears(ti, self.retries),
                clients=self.hook,
                options=self._options(identity, attempt=ti.try_number),
                existing_job=parse_choice("existing_job", self.existing_job, ExistingJob),
            )
            report_failures(job, self.hook.objects, tolerance)
        return encode_job(job)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002 OpenLineage's signature
        """Return the manifest and the output prefix; the results operator names the files."""
        return lineage_of([self.manifest], [self.output_prefix])

    def on_kill(self) -> None:
        """Start no more images; finished images are kept."""
        # Airflow 3 does not interrupt the task. A signal handler calls this, so it must not wait for a lock.
        self._is_killed = True
        self.log.warning(
            "No more images are started. Finished images are kept under %s_rekmedia/per_image/; "
            "retry or clear this task, and it goes on from there.",
            self.output_prefix,
        )

    def _request(self, identity: "TaskIdentity") -> "MediaAnalysisRequest":
        from airflow_provider_rekmedia.services.jobs.request_arguments import parse_request

        return parse_request(
            identity,
            manifest=self.manifest,
            output=self.output_prefix,
            manifest_version=self.manifest_version,
            min_confidence=self.min_confidence,
            project_version=self.project_version,
            kms_key_id=self.kms_key_id,
        )

    def _options(self, identity: "TaskIdentity", *, attempt: int) -> "PerImageOptions":
        from airflow_provider_rekmedia.core.per_image.settings import MAX_CONCURRENT_CALLS, OnExpiredAdapter
        from airflow_provider_rekmedia.services.per_image.options import PerImageOptions

        return PerImageOptions(
            max_tps=parse_optional_number("max_tps", self.max_tps),
            max_concurrency=parse_whole_number(
                "max_concurrency", self.max_concurrency, low=1, high=MAX_CONCURRENT_CALLS
            ),
            on_expired_adapter=parse_choice("on_expired_adapter", self.on_expired_adapter, OnExpiredAdapter),
            attempt=attempt,
            on_progress=progress_reporter(self.log, identity),
            is_stopped=lambda: self._is_killed,
        )

    def _persist_link(self, context: Context, request: "MediaAnalysisRequest") -> None:
        RekognitionResultsLink.persist(
            context=context,
            operator=self,
            region_name=self.hook.conn_region_name,
            aws_partition=self.hook.conn_partition,
            bucket=request.output.bucket,
            prefix=request.output.key,
        )
