"""Does a job here and now, image by image, for accounts without bulk analysis."""

from collections.abc import Sequence
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.adapters.results.result_files import read_summary
from airflow_provider_rekmedia.airflow_compat import Context
from airflow_provider_rekmedia.core.arguments import parse_choice, parse_number, parse_whole_number
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, default_job_name
from airflow_provider_rekmedia.core.jobs.job import Job, encode_job
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.jobs.submission import ExistingJob
from airflow_provider_rekmedia.core.per_image.engine import MOST_CALLS_AT_ONCE, ExpiredAdapter
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix, parse_s3_uri
from airflow_provider_rekmedia.core.untrusted_text import show_text
from airflow_provider_rekmedia.core.verdicts.tolerance import check_tolerance, parse_tolerance
from airflow_provider_rekmedia.hooks.lineage import lineage_of
from airflow_provider_rekmedia.hooks.progress import progress_teller
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.hooks.task_errors import task_errors
from airflow_provider_rekmedia.hooks.task_instance import task_clears, task_identity
from airflow_provider_rekmedia.links.rekognition import RekognitionResultsLink

__all__ = ["RekognitionDetectModerationLabelsOperator"]


class RekognitionDetectModerationLabelsOperator(AwsBaseOperator[RekognitionHook]):
    """
    Analyze the images of a manifest one by one, with DetectModerationLabels, which is open to every account.

    It takes the manifest of a bulk job, writes the files of a bulk job and returns its job, so that a Dag
    changes its engine by changing this operator alone. It holds a worker while it works. What is analyzed is
    written down as it comes: a task that is retried or cleared goes on where it was, and a finished job is
    given back.

    .. seealso:: ``docs/operators/moderation_labels.md``

    :param manifest: The manifest's uri, ``s3://bucket/key``, of 1 to 10,000 lines. (templated)
    :param output: Prefix for results, summary and what is written down in between, ``s3://bucket/prefix/``,
        in the region of the call. (templated)
    :param manifest_version: S3 object version of the manifest; ``None`` is the newest. (templated)
    :param min_confidence: Percent, 0 to 100; labels below it are not answered. ``None`` leaves it to the
        service, which documents 50. (templated)
    :param project_version: ARN of a Custom Moderation adapter; ``None`` is the pre-trained model. (templated)
    :param kms_key_id: Key for all that is written; ``None`` leaves it to the bucket. (templated)
    :param existing_job: What a task that a user cleared does with its finished job: ``reattach`` uses it
        again, ``restart`` pays for a new one. A request that changed within a run needs ``restart``, too.
        (templated)
    :param max_tps: Calls a second at most, > 0; ``None`` finds the account's quota, and shares it with tasks
        that look for it, too. (templated)
    :param max_concurrency: Images in flight at most, 1 to 1,000: begun, and their answers not written down
        yet; three quarters are calls. So many, at most, are paid again after a kill. (templated)
    :param on_expired_adapter: What to do when the base model answers for an adapter, as it does silently when
        the adapter has expired: ``warn`` in the log, or ``fail``. (templated)
    :param max_failed: Fail the task, after all is written, when more images failed: a number of images, or a
        share (``"2%"``, or between 0 and 1); ``None`` tolerates any. (templated)
    :param aws_conn_id: Airflow connection, as the Amazon provider takes it. (templated)
    :param region_name: AWS region; the buckets must be in it. (templated)
    :param verify: TLS verification, as boto3 takes it. (templated)
    :param botocore_config: Arguments of botocore's ``Config``; its retries are the engine's own.
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
        # Not self.output: Airflow keeps that name for the task's XCom.
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

    def execute(self, context: Context) -> dict[str, Any]:
        """Analyze what is not analyzed yet, write the files, then mind the tolerance."""
        with task_errors():
            parse_tolerance(self.max_failed, 0)
            ti = context["ti"]
            identity = task_identity(ti)
            request = self._request(identity)
            self._persist_link(context, request)
            job = self.hook.moderate_once(
                request,
                identity,
                clears=task_clears(ti, self.retries),
                existing_job=parse_choice("existing_job", self.existing_job, ExistingJob),
                max_tps=_number("max_tps", self.max_tps),
                max_concurrency=parse_whole_number(
                    "max_concurrency", self.max_concurrency, low=1, high=MOST_CALLS_AT_ONCE
                ),
                on_expired_adapter=parse_choice(
                    "on_expired_adapter", self.on_expired_adapter, ExpiredAdapter
                ),
                on_progress=progress_teller(self.log, identity),
                is_stopped=lambda: self._is_killed,
            )
            self._mind_failures(job)
            return encode_job(job)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002 OpenLineage's signature
        """Tell OpenLineage that the output comes of the manifest; the results operator names its files."""
        return lineage_of([self.manifest], [self.output_prefix])

    def on_kill(self) -> None:
        """Begin no more images; what is analyzed stays."""
        # Airflow 3 does not interrupt the task. A signal handler calls this: a plain attribute takes no lock.
        self._is_killed = True
        self.log.warning(
            "No more images are begun. What is analyzed is written down under %s_rekmedia/per_image/; "
            "retry or clear this task, and it goes on from there.",
            self.output_prefix,
        )

    def _request(self, identity: TaskIdentity) -> MediaAnalysisRequest:
        return MediaAnalysisRequest(
            manifest=parse_s3_uri(self.manifest),
            output=parse_s3_prefix(self.output_prefix),
            job_name=default_job_name(identity),
            manifest_version=self.manifest_version,
            min_confidence=_number("min_confidence", self.min_confidence),
            project_version=self.project_version,
            kms_key_id=self.kms_key_id,
        )

    def _mind_failures(self, job: Job) -> None:
        summary = read_summary(job, self.hook.objects)
        images, failed = summary.statistics.total_json_lines or 0, len(summary.errors)
        self.log.info("Job %s: %d of %d images analyzed", job.job_id, images - failed, images)
        for error in summary.errors[:10]:
            shown = map(show_text, (error.source_ref, error.code, error.message))
            self.log.warning("Not analyzed: %s (%s: %s)", *shown)
        check_tolerance({"images": images, "failed": failed, "unaccounted": 0}, self.max_failed)

    def _persist_link(self, context: Context, request: MediaAnalysisRequest) -> None:
        RekognitionResultsLink.persist(
            context=context,
            operator=self,
            region_name=self.hook.conn_region_name,
            aws_partition=self.hook.conn_partition,
            bucket=request.output.bucket,
            prefix=request.output.key,
        )


def _number(argument: str, value: Any) -> float | None:
    # A template makes text of None, too.
    return None if value in (None, "", "None") else parse_number(argument, value)
