"""Acts on verdicts in S3: tags, copies, moves or deletes the objects, or undoes it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context, XComArg
from airflow_provider_rekmedia.core.arguments import (
    parse_optional,
    parse_optional_mapping,
    parse_optional_prefix,
    parse_optional_text,
    parse_optional_uri,
    parse_optional_whole_number,
    parse_switch,
    parse_whole_number,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix
from airflow_provider_rekmedia.core.untrusted_text import without_nul
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.tasks.asset_events import update_asset_events
from airflow_provider_rekmedia.tasks.task_errors import task_errors
from airflow_provider_rekmedia.tasks.task_instance import task_identity
from airflow_provider_rekmedia.tasks.upstream_xcom import resolve_or_none

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.actions.action_plan import ActionPlan
    from airflow_provider_rekmedia.core.actions.limits import ActionLimits
    from airflow_provider_rekmedia.core.report.stored_run import StoredReport
    from airflow_provider_rekmedia.services.apply_verdicts import ActionSettings, AppliedVerdicts

__all__ = ["RekognitionApplyVerdictsOperator"]

_MAX_OBJECTS = 10**12
_MAX_CONCURRENCY = 256


class RekognitionApplyVerdictsOperator(AwsBaseOperator[RekognitionHook]):
    """
    Act on the images that are not allowed: tag, copy, move or delete them in S3, or call a function.

    Only the bytes that were judged are touched. Each object has one outcome, and an action log has what an
    undo needs. A retry continues where the last try ended.

    .. seealso:: ``docs/operators/verdicts.md``

    :param verdicts: The XCom ``verdicts`` of the results task, or uris of verdict files. ``None`` only with
        *undo*. (templated)
    :param actions: What to do for each verdict, such as ``{"block": "move", "review": "tag"}``: ``tag``,
        ``copy``, ``move``, ``delete``, or a function that gets a list of dicts. A verdict without an action
        is left alone. (templated)
    :param action_log: Prefix of the action logs, ``s3://bucket/prefix/``. (templated)
    :param quarantine: Prefix of the copies, ``s3://bucket/prefix/``, for ``copy`` and ``move``; outside of
        *source*. (templated)
    :param source: Where the images are looked for, as in the manifest operator, to check *quarantine*. With
        ``None``, *quarantine* must be outside of the folder of each image. (templated)
    :param tags: Tags to set; ``{verdict}`` in a value becomes the verdict. ``None`` sets
        ``moderation-verdict``. (templated)
    :param holds: Prefix of hold records, ``s3://bucket/prefix/``. An object with a record is left alone.
        Legal holds of S3 are respected always. (templated)
    :param max_objects: Most objects to act on. More are refused before the first change. ``None`` is no
        limit. (templated)
    :param max_share: Most objects, as a share of all images of the run (``"5%"``, or between 0 and 1). More
        are refused before the first change. ``None`` is no limit. (templated)
    :param max_failed: Fail the task, after everything was tried, if more actions failed or were denied: a
        number of objects, or a share. ``None`` is no limit. (templated)
    :param report: The XCom ``report`` of the results task, or the uri of its ``report.json``: the counts are
        added to this report as the section "Actions". ``None`` adds nothing. (templated)
    :param dry_run: Only list what would be done.
    :param undo: The XCom ``action_log`` of an earlier task, to undo what it did. *actions*, *verdicts* and
        the arguments about them are ignored. (templated)
    :param all_versions: For ``delete`` and ``move`` in a bucket with versions: also delete the versions with
        the judged bytes, for good. (templated)
    :param batch_manifest_above: Above this number of objects, ``tag`` and ``copy`` write a manifest for S3
        Batch Operations instead; it needs buckets with versions. ``None`` never does. (templated)
    :param cloudfront_origin_path: Origin path of a CloudFront distribution, ``"/"`` for the whole bucket:
        write a file of invalidation paths. ``None`` writes none. (templated)
    :param requester_pays: Pay for the requests to Requester Pays buckets. (templated)
    :param max_concurrency: Objects at a time, 1 to 256. (templated)
    :param kms_key_id: Key that encrypts copies and everything else that this task writes; ``None`` keeps the
        KMS key of each image. (templated)
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: ``dry_run``, ``counts`` (``objects``, each outcome, ``marker_only``), ``actions`` (outcomes by
        verdict and verb), ``action_log`` (uri), ``invalidation_paths``, ``batch_manifests``; with *dry_run*
        also ``dry_run_list``. ``counts``, ``action_log`` and ``summary`` (the whole) are XComs of their own.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "verdicts",
        "actions",
        "action_log",
        "quarantine",
        "source",
        "tags",
        "holds",
        "max_objects",
        "max_share",
        "max_failed",
        "report",
        "undo",
        "all_versions",
        "batch_manifest_above",
        "cloudfront_origin_path",
        "requester_pays",
        "max_concurrency",
        "kms_key_id",
    )
    ui_color = "#f8d7c8"

    def __init__(
        self,
        *,
        verdicts: Mapping[str, Any] | Sequence[str] | str | None = None,
        actions: Mapping[str, Any] | None = None,
        action_log: str,
        quarantine: str | None = None,
        source: Sequence[str] | str | None = None,
        tags: Mapping[str, str] | None = None,
        holds: str | None = None,
        max_objects: int | str | None = None,
        max_share: float | str | None = None,
        max_failed: float | str | None = 0,
        report: Mapping[str, Any] | str | None = None,
        dry_run: bool = False,
        undo: str | None = None,
        all_versions: bool | str = False,
        batch_manifest_above: int | str | None = None,
        cloudfront_origin_path: str | None = None,
        requester_pays: bool | str = False,
        max_concurrency: int | str = 16,
        kms_key_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.verdicts = verdicts
        self.actions = actions
        self.action_log = action_log
        self.quarantine = quarantine
        self.source = source
        self.tags = tags
        self.holds = holds
        self.max_objects = max_objects
        self.max_share = max_share
        self.max_failed = max_failed
        self.report: Any = report
        # Not self.dry_run: Airflow has a method of that name.
        self.writes_nothing = dry_run
        self.undo = undo
        self.all_versions = all_versions
        self.batch_manifest_above = batch_manifest_above
        self.cloudfront_origin_path = cloudfront_origin_path
        self.requester_pays = requester_pays
        self.max_concurrency = max_concurrency
        self.kms_key_id = kms_key_id

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return super()._hook_parameters | {"kms_key_id": parse_optional_text("kms_key_id", self.kms_key_id)}

    def execute(self, context: Context) -> dict[str, Any]:
        """Act on the objects, push the counts, then check how many failed; return the summary."""
        from airflow_provider_rekmedia.core.report.stored_run import parse_stored_report
        from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance

        with task_errors(self.aws_conn_id):
            max_failed = parse_tolerance(self.max_failed)
            stored = parse_stored_report(self.report)
            settings = self._settings(context)
            undone = parse_optional_uri(self.undo)
            applied = self._apply(settings) if undone is None else self._undo(undone, settings)
            self._push(context, applied)
            if stored and not self.writes_nothing:
                self._add_to_report(stored, applied, settings)
            applied.check(max_failed)
        return applied.summary

    def render_template_fields(self, context: Context, jinja_env: Any = None) -> None:
        """Render the arguments; a report that the results task did not write is ``None``."""
        if isinstance(self.report, XComArg):
            self.report = resolve_or_none(self.report, context)
        super().render_template_fields(context, jinja_env)

    def _apply(self, settings: "ActionSettings") -> "AppliedVerdicts":
        from airflow_provider_rekmedia.core.actions.action_plan import parse_actions
        from airflow_provider_rekmedia.core.actions.verdict_input import parse_verdict_files
        from airflow_provider_rekmedia.services.apply_verdicts import apply_verdicts

        verbs, functions = parse_actions(self.actions)
        uris, run_images = parse_verdict_files(self.verdicts)
        return apply_verdicts(
            self._plan(verbs),
            uris,
            settings,
            self.hook,
            run_images=run_images,
            functions=functions,
            dry_run=self.writes_nothing,
        )

    def _undo(self, log: S3Uri, settings: "ActionSettings") -> "AppliedVerdicts":
        from airflow_provider_rekmedia.services.apply_verdicts import undo_actions

        if self.writes_nothing:
            problem = "an undo has no dry run; read the action log instead"
            raise InvalidArgument(argument="dry_run", value=True, problem=problem)
        return undo_actions(parse_s3_prefix(str(log)), settings, self.hook)

    def _add_to_report(
        self, stored: "StoredReport", applied: "AppliedVerdicts", settings: "ActionSettings"
    ) -> None:
        from airflow_provider_rekmedia.core.report.action_section import task_actions
        from airflow_provider_rekmedia.services.report_sections import add_report_sections

        actions = task_actions(
            task_id=settings.identity.task_id,
            map_index=settings.identity.map_index,
            action_log=str(applied.log),
            counts=applied.counts.actions_as_dict(),
        )
        add_report_sections(self.hook.objects, stored, actions=actions)

    def _plan(self, verbs: Mapping[Any, Any]) -> "ActionPlan":
        from airflow_provider_rekmedia.core.actions.action_plan import ActionPlan
        from airflow_provider_rekmedia.core.actions.tags import parse_tags
        from airflow_provider_rekmedia.core.actions.verdict_input import parse_source_prefixes

        return ActionPlan.checked(
            verbs=verbs,
            quarantine=parse_optional_prefix(self.quarantine),
            sources=parse_source_prefixes(self.source),
            tags=parse_tags(parse_optional_mapping("tags", self.tags)),
        )

    def _settings(self, context: Context) -> "ActionSettings":
        from airflow_provider_rekmedia.core.actions.invalidation import parse_origin_path
        from airflow_provider_rekmedia.services.apply_verdicts import ActionSettings

        undoes = parse_optional(self.undo) is not None
        self._check_batch_manifest()
        origin_path = parse_optional_text("cloudfront_origin_path", self.cloudfront_origin_path)
        return ActionSettings(
            identity=task_identity(context["ti"]),
            attempt=context["ti"].try_number,
            action_log=parse_s3_prefix(self.action_log),
            holds=parse_optional_prefix(self.holds),
            limits=self._limits(),
            max_concurrency=parse_whole_number(
                "max_concurrency", self.max_concurrency, low=1, high=_MAX_CONCURRENCY
            ),
            all_versions=parse_switch("all_versions", self.all_versions),
            requester_pays=parse_switch("requester_pays", self.requester_pays),
            # An undo restores the key that each object had.
            kms_key_id=None if undoes else parse_optional_text("kms_key_id", self.kms_key_id),
            batch_manifest_above=parse_optional_whole_number(
                "batch_manifest_above", self.batch_manifest_above, low=0, high=_MAX_OBJECTS
            ),
            origin_path=None if origin_path is None else parse_origin_path(origin_path),
        )

    def _check_batch_manifest(self) -> None:
        has_key = parse_optional_text("kms_key_id", self.kms_key_id) is not None
        if parse_optional(self.batch_manifest_above) is not None and has_key:
            problem = (
                "S3 Batch Operations cannot read a CSV manifest that a KMS key encrypts; omit kms_key_id"
            )
            raise InvalidArgument(
                argument="batch_manifest_above", value=self.batch_manifest_above, problem=problem
            )

    def _limits(self) -> "ActionLimits":
        from airflow_provider_rekmedia.core.actions.limits import ActionLimits, parse_max_share

        return ActionLimits(
            max_objects=parse_optional_whole_number(
                "max_objects", self.max_objects, low=0, high=_MAX_OBJECTS
            ),
            max_share=parse_max_share(self.max_share),
        )

    def _push(self, context: Context, applied: "AppliedVerdicts") -> None:
        ti = context["ti"]
        summary = without_nul(applied.summary)
        ti.xcom_push(key="counts", value=summary["counts"])
        ti.xcom_push(key="action_log", value=summary["action_log"])
        # The summary is an XCom too, because a task that fails returns nothing.
        ti.xcom_push(key="summary", value=summary)
        update_asset_events(context, self.outlets, summary)
