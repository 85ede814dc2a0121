"""Checks everything that a run needs, before anything is paid."""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context
from airflow_provider_rekmedia.core.arguments import parse_optional_mapping, parse_switch
from airflow_provider_rekmedia.core.untrusted_text import without_nul
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.tasks.connection_check import check_connection
from airflow_provider_rekmedia.tasks.task_errors import task_errors, template_errors

__all__ = ["RekognitionPreflightOperator"]


class RekognitionPreflightOperator(AwsBaseOperator[RekognitionHook]):
    """
    Check everything that a run needs before anything is paid, and report every problem in one error.

    Give it the arguments of the tasks that follow. It checks the arguments, the policy, the extras on this
    worker, the connection and its identity, the region, the source, every prefix that is written, the engine,
    the quotas, the ledger and the budget. It takes seconds. It writes one small object to each prefix, and
    deletes it.

    .. seealso:: ``docs/operators/preflight.md``

    :param engine: ``bulk`` or ``per_image``. (templated)
    :param manifest: Arguments of :class:`RekognitionCreateManifestOperator`. (templated)
    :param analysis: Arguments of the operator that runs the engine. (templated)
    :param results: Arguments of :class:`RekognitionMediaAnalysisResultsOperator`. (templated)
    :param actions: Arguments of :class:`RekognitionApplyVerdictsOperator`; ``None`` if nothing acts.
        (templated)
    :param review: Arguments of the review: ``review``, ``holds``, ``previews`` and ``kms_key_id`` of the plan
        task; ``kms_key_id`` of the review tasks in ``question``; ``kms_key_id``, ``decisions_file`` and
        ``parquet`` of the finish task in ``finish``. ``None`` if nobody reviews. (templated)
    :param paid_probe: Whether to analyze one image of the source, which is billed. (templated)
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: ``findings`` (``check``, ``subject``, ``outcome``, ``text``); ``estimate``, ``None`` if no image
        was counted; ``quotas``, ``None`` if they are not known.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "engine", "manifest", "analysis", "results", "actions", "review", "paid_probe"
    )
    ui_color = "#e8e4f3"

    def __init__(
        self,
        *,
        engine: str,
        manifest: Mapping[str, Any],
        analysis: Mapping[str, Any],
        results: Mapping[str, Any],
        actions: Mapping[str, Any] | None = None,
        review: Mapping[str, Any] | None = None,
        paid_probe: bool | str = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.engine = engine
        self.manifest = manifest
        self.analysis = analysis
        self.results = results
        self.actions = actions
        self.review = review
        self.paid_probe = paid_probe

    def render_template_fields(self, context: Context, jinja_env: Any = None) -> None:
        """Render the templates, as every operator does, and explain values that the run does not have."""
        with template_errors(context):
            super().render_template_fields(context, jinja_env)

    def execute(self, context: Context) -> dict[str, Any]:  # noqa: ARG002 Airflow's signature
        """Run all checks; return what they found."""
        from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments
        from airflow_provider_rekmedia.services.preflight.run_preflight import run_preflight

        with task_errors(self.aws_conn_id):
            given = {
                name: parse_optional_mapping(name, getattr(self, name)) or {}
                for name in ("manifest", "analysis", "results", "actions", "review")
            }
            result = run_preflight(
                RunArguments(engine=self.engine, **given),
                self.hook,
                check_connection=lambda: check_connection(self.hook),
                paid_probe=parse_switch("paid_probe", self.paid_probe),
            )
            result.check()
        summary: dict[str, Any] = without_nul(result.as_dict())
        return summary
