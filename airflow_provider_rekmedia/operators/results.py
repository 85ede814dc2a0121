"""Processes the results of finished jobs into verdicts, counts and tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context, XComArg
from airflow_provider_rekmedia.core.arguments import (
    parse_optional,
    parse_optional_prefix,
    parse_optional_text,
    parse_whole_number,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.untrusted_text import without_nul
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.links.rekognition import NO_LINKS
from airflow_provider_rekmedia.links.report import RekognitionReportLink
from airflow_provider_rekmedia.tasks.asset_events import update_asset_events
from airflow_provider_rekmedia.tasks.lineage import lineage_of
from airflow_provider_rekmedia.tasks.results_metrics import send_results_metrics
from airflow_provider_rekmedia.tasks.task_errors import skip_task, task_errors
from airflow_provider_rekmedia.tasks.task_instance import task_identity
from airflow_provider_rekmedia.tasks.upstream_xcom import (
    fetch_task_state,
    read_at_once,
    resolve_or_none,
    task_id_of,
)

if TYPE_CHECKING:
    from airflow_provider_rekmedia.adapters.results.tables import TableFile
    from airflow_provider_rekmedia.services.process_results import ProcessedRun, ResultsRequest
    from airflow_provider_rekmedia.services.results.run_report import ReportRequest, WrittenReport

__all__ = ["RekognitionMediaAnalysisResultsOperator"]

_MAX_XCOM_ITEMS = 10_000
_MAX_XCOM_BYTES = 1_000_000


class RekognitionMediaAnalysisResultsOperator(AwsBaseOperator[RekognitionHook]):
    """
    Judge every image of finished jobs by a policy; count the verdicts, write files and a report.

    A job that SUCCEEDED may have images that failed, and images that are in none of its files. The operator
    counts and logs both. Its memory does not grow with the number of images.

    .. seealso:: ``docs/operators/results.md``

    :param job: One job, or several (``start.output`` of mapped tasks): what operators returned, job ids, or
        ``s3://`` uris of results files, to judge them again. A job that is not final is fetched again. A job
        that is given twice counts once. (templated)
    :param policy: Rules from label and confidence to a verdict: a dict, the path of a YAML file on the
        worker, or its ``s3://`` uri; ``None`` reviews every image with a label. (templated)
    :param index: The XCom ``index`` of the task that wrote the manifests, for a task with
        ``trigger_rule="all_done"``. If a manifest has no job that succeeded, the task fails after the results
        of the other jobs are written. If there is no manifest, the task is skipped. ``""`` expects only the
        given jobs. (templated)
    :param parquet: Prefix of the tables ``images`` and ``labels``, ``s3://bucket/prefix/``; needs the extra
        ``parquet``. ``None`` writes no tables. (templated)
    :param verdicts: Prefix of the verdict files, ``s3://bucket/prefix/``. They have every image that is not
        allowed, worst first. ``None`` writes none. (templated)
    :param ledger: Prefix of the ledger that the manifests were created with, ``s3://bucket/prefix/``. The
        outcome of each image is committed to it, unless the image changed after its listing; results given
        by their uri are not committed. (templated)
    :param report: Prefix of the reports, ``s3://bucket/prefix/``. The task writes the report of its run, and
        compares it with the reports of earlier runs there. ``None`` writes none. (templated)
    :param on_drift: What the task does if the verdicts differ from those of earlier runs by more than chance:
        ``warn`` logs it, ``fail`` fails the task after everything is written. (templated)
    :param audit_candidates: Prefix of the candidates of an audit sample, ``s3://bucket/prefix/``: a few of
        the allowed images, for the task that plans a review. ``None`` writes none. (templated)
    :param max_failed: Fail the task, after everything is written, if more images failed or are unaccounted
        for: a number of images, or a share (``"2%"``, or between 0 and 1). ``None`` is no limit, but the task
        fails if no image was analyzed. (templated)
    :param kms_key_id: Key that encrypts everything that this task writes; ``None`` leaves the encryption to
        the bucket. (templated)
    :param max_xcom_items: Most flagged images, and most errors, to push with their details, 0 to 10,000; the
        others are counted in ``left_out``. (templated)
    :param max_xcom_bytes: Most bytes of each of these two lists, and of the counts by label, as JSON, 1,000
        to 1,000,000. (templated)
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: ``job_ids``, ``counts`` (``images``, ``analyzed``, ``flagged``, ``allow``, ``review``, ``block``,
        ``failed``, ``unaccounted``), ``left_out``, ``results_uris``, ``summary_uris``, ``table_uris``,
        ``model_versions``, ``policy``, ``policy_digest``, ``verdicts``, ``changed``, ``report``,
        ``jobs_file``: with more than 100 jobs, this file has the ids and uris of the jobs. More is in
        the XComs ``verdicts`` (uris of the verdict files), ``audit_candidates`` (uri),
        ``report`` (uris, headline and drift), ``flagged``
        (worst first), ``errors`` and ``label_counts``; ``counts`` is an XCom of its own too, for
        ``results.output["counts"]``.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "job",
        "policy",
        "index",
        "parquet",
        "verdicts",
        "ledger",
        "report",
        "on_drift",
        "audit_candidates",
        "max_failed",
        "kms_key_id",
        "max_xcom_items",
        "max_xcom_bytes",
    )
    operator_extra_links = (RekognitionReportLink(),)
    link_fields: Mapping[str, Any] | None = NO_LINKS
    #: What the last execution read and wrote.
    _lineage: "tuple[Sequence[str], Sequence[TableFile]] | None"
    #: The task whose XCom is ``index``, if ``index`` is an XCom.
    _index_task_id: str | None = None
    ui_color = "#e2f0d9"

    def __init__(
        self,
        *,
        job: dict[str, Any] | str | Sequence[dict[str, Any] | str] | None,
        policy: Mapping[str, Any] | str | None = None,
        index: Mapping[str, Any] | str | None = "",
        parquet: str | None = None,
        verdicts: str | None = None,
        ledger: str | None = None,
        report: str | None = None,
        on_drift: str = "warn",
        audit_candidates: str | None = None,
        max_failed: float | str | None = None,
        kms_key_id: str | None = None,
        max_xcom_items: int | str = 100,
        max_xcom_bytes: int | str = 40_000,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.policy = policy
        self.index: Any = index
        self.parquet = parquet
        self.verdicts = verdicts
        self.ledger = ledger
        self.report = report
        self.on_drift = on_drift
        self.audit_candidates = audit_candidates
        self.max_failed = max_failed
        self.kms_key_id = kms_key_id
        self.max_xcom_items = max_xcom_items
        self.max_xcom_bytes = max_xcom_bytes
        self._lineage = None

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return super()._hook_parameters | {"kms_key_id": parse_optional_text("kms_key_id", self.kms_key_id)}

    def execute(self, context: Context) -> dict[str, Any]:
        """Process the results, push the lists, then check that the run is complete; return the summary."""
        from airflow_provider_rekmedia.core.report.drift_action import DriftAction, parse_drift_action
        from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance
        from airflow_provider_rekmedia.services.process_results import process_results

        with task_errors(self.aws_conn_id):
            self._check_manifest_task(context)
            tolerance = parse_tolerance(self.max_failed)
            on_drift = parse_drift_action(self.on_drift, report=self.report)
            run = process_results(self._request(context), self.hook)
            if run is None:
                skip_task("No manifest was written, so there is no job to read")
            self._push(context, run)
            self._lineage = (run.uris_read(), run.tables)
            run.check(tolerance)
            if run.report and on_drift is DriftAction.FAIL:
                run.report.check_drift()
        return run.summary

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002 OpenLineage's signature
        """Return the files that were read and the tables that were written."""
        read, written = self._lineage or ((), ())
        return lineage_of(read, (), written)

    def render_template_fields(self, context: Context, jinja_env: Any = None) -> None:
        """Render the arguments; an index that no task pushed is ``None`` until :meth:`execute` checks it."""
        if isinstance(self.index, XComArg):
            self._index_task_id = task_id_of(self.index)
            self.index = resolve_or_none(self.index, context)
        super().render_template_fields(context, jinja_env)

    def _check_manifest_task(self, context: Context) -> None:
        """Skip this task if the manifest task was skipped; fail once if it failed."""
        if self._index_task_id is None or parse_optional(self.index) is not None:
            return
        state = fetch_task_state(context, self._index_task_id)
        if state == "skipped":
            skip_task(f"The task {self._index_task_id} was skipped, so there is no job to read")
        raise InvalidArgument(
            argument="index",
            value=None,
            problem=f"the task {self._index_task_id} is {state} and pushed no index, so there is no job to "
            "read. Correct and clear that task; this task runs again after it",
        )

    def _request(self, context: Context) -> "ResultsRequest":
        from airflow_provider_rekmedia.services.process_results import ResultsRequest

        ti = context["ti"]
        return ResultsRequest(
            dag_id=ti.dag_id,
            run_id=ti.run_id,
            jobs=parse_optional(read_at_once(self.job)),
            policy=parse_optional(self.policy),
            index=self.index,
            tables=parse_optional_prefix(self.parquet),
            verdicts=parse_optional_prefix(self.verdicts),
            ledger=parse_optional_prefix(self.ledger),
            report=self._report_request(context),
            audit_candidates=parse_optional_prefix(self.audit_candidates),
            max_items=parse_whole_number("max_xcom_items", self.max_xcom_items, low=0, high=_MAX_XCOM_ITEMS),
            max_bytes=parse_whole_number(
                "max_xcom_bytes", self.max_xcom_bytes, low=1_000, high=_MAX_XCOM_BYTES
            ),
        )

    def _report_request(self, context: Context) -> "ReportRequest | None":
        from airflow_provider_rekmedia.services.results.run_report import ReportRequest

        prefix = parse_optional_prefix(self.report)
        if prefix is None:
            return None
        return ReportRequest(
            prefix=prefix,
            identity=task_identity(context["ti"]),
            data_interval_start=_plain_time(context.get("data_interval_start")),
            data_interval_end=_plain_time(context.get("data_interval_end")),
        )

    def _push(self, context: Context, run: "ProcessedRun") -> None:
        ti = context["ti"]
        ti.xcom_push(key="counts", value=run.summary["counts"])
        if run.verdicts is not None:
            ti.xcom_push(key="verdicts", value=run.verdicts.as_dict())
        if run.audit_candidates is not None:
            ti.xcom_push(key="audit_candidates", value=run.audit_candidates)
        if run.report is not None:
            ti.xcom_push(key="report", value=without_nul(run.report.as_dict()))
            self._persist_link(context, run.report)
        ti.xcom_push(key="flagged", value=without_nul(run.tally.flagged))
        ti.xcom_push(key="errors", value=without_nul(run.tally.errors))
        ti.xcom_push(key="label_counts", value=without_nul(run.tally.label_counts))
        # The summary is an XCom too, because a task that fails returns nothing.
        ti.xcom_push(key="summary", value=run.summary)
        update_asset_events(context, self.outlets, run.summary)
        send_results_metrics(ti, run)

    def _persist_link(self, context: Context, report: "WrittenReport") -> None:
        RekognitionReportLink.persist(
            context=context,
            operator=self,
            region_name=self.hook.conn_region_name,
            aws_partition=self.hook.conn_partition,
            bucket=report.uris.html.bucket,
            object_key=report.uris.html.key,
        )


def _plain_time(value: datetime | None) -> datetime | None:
    """Make a plain datetime in UTC: Airflow's contexts have pendulum's, or proxies of them."""
    return None if value is None else datetime.fromtimestamp(value.timestamp(), UTC)
