"""Finishes a review: joins the decisions of people with the verdicts of the policy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context, XComArg
from airflow_provider_rekmedia.core.arguments import (
    parse_optional_prefix,
    parse_optional_text,
    parse_optional_uri,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.untrusted_text import without_nul
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.tasks.asset_events import update_asset_events
from airflow_provider_rekmedia.tasks.review_metrics import send_review_metrics
from airflow_provider_rekmedia.tasks.task_errors import skip_task, task_errors
from airflow_provider_rekmedia.tasks.upstream_xcom import fetch_task_state, resolve_or_none, task_id_of

if TYPE_CHECKING:
    from airflow_provider_rekmedia.services.finish_review import FinishRequest

__all__ = ["RekognitionFinishReviewOperator"]


class RekognitionFinishReviewOperator(AwsBaseOperator[RekognitionHook]):
    """
    Join the decisions of people with the verdicts of the policy, and write the final verdict files.

    The decision of a person wins. An undecided image keeps the verdict of the policy, and comes back in the
    next run. An escalated image is in no verdict file. It works on every supported Airflow.

    .. seealso:: ``docs/operators/finish_review.md``

    :param plan: The XCom ``plan`` of the plan task. With ``trigger_rule="all_done"``, this task is skipped if
        the plan task was skipped, and fails if the plan task failed. (templated)
    :param decisions_file: Uri of decisions that were made in another tool: JSON Lines, CSV, or an export of
        Label Studio. ``None`` reads only those made in Airflow. (templated)
    :param reviewer_salt: Secret key of the pseudonyms of reviewers. ``None`` uses the prefix of the reviews,
        which is not a secret. (templated)
    :param report: The XCom ``report`` of the results task, or the uri of its ``report.json``. The task adds
        the section *Review quality* to this report. ``None`` measures nothing. (templated)
    :param max_loss: The largest share of a rule's violations that a suggested threshold may allow, between 0
        and 1. (templated)
    :param reviewer_errors: Known errors of people: ``{"missed": …, "wrong": …}``, the share of violations
        that they allow, and of other images that they block. The estimates are corrected for them. ``None``
        means that people are right. (templated)
    :param parquet: Prefix of the table ``reviews``, ``s3://bucket/prefix/``, as in the results operator. It
        needs the extra ``parquet``. ``None`` writes the table as JSON Lines only. (templated)
    :param kms_key_id: Key that encrypts everything that this task writes; ``None`` leaves the encryption to
        the bucket. (templated)
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: ``counts``, ``verdicts``, ``reviews`` (uri of the table as JSON Lines), ``reviews_table`` (uri of
        its Parquet file, or ``None``), ``audit_trail`` (prefix), ``statements`` (uri), ``disagreements`` (uri
        or ``None``) and ``undecided`` (number of files). The task also pushes the XComs ``verdicts`` (as the
        results task does), ``counts`` and ``review`` (the same as the return value).
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "plan",
        "decisions_file",
        "reviewer_salt",
        "report",
        "max_loss",
        "reviewer_errors",
        "parquet",
        "kms_key_id",
    )
    #: The task whose XCom is ``plan``, if ``plan`` is an XCom.
    _plan_task_id: str | None = None
    ui_color = "#d9e7f8"

    def __init__(
        self,
        *,
        plan: str,
        decisions_file: str | None = None,
        reviewer_salt: str | None = None,
        report: Mapping[str, Any] | str | None = None,
        max_loss: float | str = 0.02,
        reviewer_errors: Mapping[str, Any] | None = None,
        parquet: str | None = None,
        kms_key_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.plan: Any = plan
        self.decisions_file = decisions_file
        self.reviewer_salt = reviewer_salt
        self.report: Any = report
        self.max_loss = max_loss
        self.reviewer_errors = reviewer_errors
        self.parquet = parquet
        self.kms_key_id = kms_key_id

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return super()._hook_parameters | {"kms_key_id": parse_optional_text("kms_key_id", self.kms_key_id)}

    def execute(self, context: Context) -> dict[str, Any]:
        """Join the decisions, push the verdicts, and return the summary."""
        from airflow_provider_rekmedia.services.finish_review import finish_review

        with task_errors(self.aws_conn_id):
            finished = finish_review(self._request(context), self.hook)
        ti = context["ti"]
        ti.xcom_push(key="verdicts", value=finished.verdicts.as_dict())
        ti.xcom_push(key="counts", value=finished.summary["counts"])
        ti.xcom_push(key="review", value=finished.summary)
        if finished.quality is not None:
            ti.xcom_push(key="quality", value=without_nul(finished.quality.as_dict()))
            send_review_metrics(ti, finished.quality)
        update_asset_events(context, self.outlets, finished.summary)
        return finished.summary

    def render_template_fields(self, context: Context, jinja_env: Any = None) -> None:
        """Render the arguments; a plan that no task pushed is ``None`` until :meth:`execute` checks it."""
        if isinstance(self.plan, XComArg):
            self._plan_task_id = task_id_of(self.plan)
            self.plan = resolve_or_none(self.plan, context)
        if isinstance(self.report, XComArg):
            self.report = resolve_or_none(self.report, context)
        super().render_template_fields(context, jinja_env)

    def _request(self, context: Context) -> "FinishRequest":
        from airflow_provider_rekmedia.core.learning.quality_arguments import (
            parse_max_loss,
            parse_reviewer_errors,
        )
        from airflow_provider_rekmedia.core.report.stored_run import parse_stored_report
        from airflow_provider_rekmedia.services.finish_review import FinishRequest

        plan = parse_optional_uri(self.plan)
        if plan is None:
            state = fetch_task_state(context, self._plan_task_id) if self._plan_task_id else "unknown"
            if state == "skipped":
                skip_task(f"The task {self._plan_task_id} was skipped, so there is no review to finish")
            problem = f"the task that plans the review is {state} and pushed no plan. Correct and clear it"
            raise InvalidArgument(argument="plan", value=None, problem=problem)
        return FinishRequest(
            plan=plan,
            decisions_file=parse_optional_uri(self.decisions_file),
            salt=parse_optional_text("reviewer_salt", self.reviewer_salt),
            tables=parse_optional_prefix(self.parquet),
            report=parse_stored_report(self.report),
            max_loss=parse_max_loss(self.max_loss),
            errors=parse_reviewer_errors(self.reviewer_errors),
        )
