"""Plans a review: writes the queues that people decide about."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context
from airflow_provider_rekmedia.core.arguments import (
    parse_choice,
    parse_number,
    parse_optional,
    parse_optional_prefix,
    parse_optional_text,
    parse_optional_uri,
    parse_switch,
    parse_whole_number,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.tasks.task_errors import task_errors

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.verdicts.verdict import Decision
    from airflow_provider_rekmedia.services.plan_review import PlanRequest

__all__ = ["RekognitionPlanReviewOperator"]

_MAX_IMAGES = 100_000
_MAX_QUEUE = 2_000
_MAX_SAMPLE = 1_000


class RekognitionPlanReviewOperator(AwsBaseOperator[RekognitionHook]):
    """
    Choose the images that people review, and write them to S3 as queues.

    Images with the same ETag appear once. Images that earlier runs left undecided come first. Held images
    never appear. A retry returns the same queues.

    .. seealso:: ``docs/operators/plan_review.md``

    :param verdicts: The XCom ``verdicts`` of the results task, or uris of verdict files. (templated)
    :param review: Prefix of all files of reviews, ``s3://bucket/prefix/``; the same in every run. (templated)
    :param holds: Prefix of the hold records, as for the operator that acts; ``None`` is ``holds/`` under
        *review*. (templated)
    :param reviewed_verdicts: The verdicts that people review: ``review``, ``block``, or both. (templated)
    :param order: ``severity`` (worst first), ``label`` (images of one rule together) or ``threshold``
        (nearest to a threshold of the policy first). (templated)
    :param policy: As in the results operator; used only with *order* ``threshold``. (templated)
    :param queue_size: Most images of a queue, 1 to 2,000. One person decides about one queue. (templated)
    :param max_images: Most images to review in this run, 1 to 100,000. The others come in the next run.
        (templated)
    :param audit_candidates: The XCom ``audit_candidates`` of the results task, for a sample of allowed
        images; ``None`` is no sample. (templated)
    :param audit_near: Sample size of allowed images with labels, 0 to 1,000. (templated)
    :param audit_clean: Sample size of images without labels, 0 to 1,000. (templated)
    :param double_share: Share of the images that two people decide about, 0 to 1. (templated)
    :param previews: Make small blurred pictures. It needs the extra ``review``. (templated)
    :param kms_key_id: Key that encrypts everything that this task writes; ``None`` leaves the encryption to
        the bucket. (templated)
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: Uris of the queues, for ``expand``; empty if there is nothing to review. The XComs ``plan`` (uri)
        and ``counts`` have more.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "verdicts",
        "review",
        "holds",
        "reviewed_verdicts",
        "order",
        "policy",
        "queue_size",
        "max_images",
        "audit_candidates",
        "audit_near",
        "audit_clean",
        "double_share",
        "previews",
        "kms_key_id",
    )
    ui_color = "#d9e7f8"

    def __init__(
        self,
        *,
        verdicts: Mapping[str, Any] | Sequence[str] | str,
        review: str,
        holds: str | None = None,
        reviewed_verdicts: Sequence[str] | str = "review",
        order: str = "severity",
        policy: Mapping[str, Any] | str | None = None,
        queue_size: int | str = 200,
        max_images: int | str = 10_000,
        audit_candidates: str | None = None,
        audit_near: int | str = 0,
        audit_clean: int | str = 0,
        double_share: float | str = 0,
        previews: bool | str = True,
        kms_key_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.verdicts = verdicts
        self.review = review
        self.holds = holds
        self.reviewed_verdicts = reviewed_verdicts
        self.order = order
        self.policy = policy
        self.queue_size = queue_size
        self.max_images = max_images
        self.audit_candidates = audit_candidates
        self.audit_near = audit_near
        self.audit_clean = audit_clean
        self.double_share = double_share
        self.previews = previews
        self.kms_key_id = kms_key_id

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return super()._hook_parameters | {"kms_key_id": parse_optional_text("kms_key_id", self.kms_key_id)}

    def execute(self, context: Context) -> list[str]:
        """Write the queues, push the plan, and return the uris of the queues."""
        from airflow_provider_rekmedia.services.plan_review import plan_review

        with task_errors(self.aws_conn_id):
            written = plan_review(self._request(context), self.hook)
        counts = dict(written.plan.counts)
        context["ti"].xcom_push(key="plan", value=str(written.uri))
        context["ti"].xcom_push(key="counts", value=counts)
        self.log.info("Planned %d queues: %s. Plan: %s", len(written.plan.queues), counts, written.uri)
        if counts["left_out"]:
            self.log.warning(
                "%d images are not in a queue, because max_images=%s. The next run puts them in a queue",
                counts["left_out"],
                self.max_images,
            )
        return [queue.uri for queue in written.plan.queues]

    def _request(self, context: Context) -> "PlanRequest":
        from airflow_provider_rekmedia.core.actions.verdict_input import parse_verdict_files
        from airflow_provider_rekmedia.core.review.order import ReviewOrder
        from airflow_provider_rekmedia.services.plan_review import PlanRequest

        ti, prefix = context["ti"], parse_s3_prefix(self.review)
        uris, run_images = parse_verdict_files(self.verdicts)
        return PlanRequest(
            dag_id=ti.dag_id,
            run_id=ti.run_id,
            prefix=prefix,
            holds=parse_optional_prefix(self.holds) or prefix.join("holds/"),
            verdict_uris=uris,
            run_images=run_images,
            verdicts=self._parse_verdicts(),
            order=parse_choice("order", self.order, ReviewOrder),
            policy=parse_optional(self.policy),
            queue_size=parse_whole_number("queue_size", self.queue_size, low=1, high=_MAX_QUEUE),
            max_images=parse_whole_number("max_images", self.max_images, low=1, high=_MAX_IMAGES),
            candidates=parse_optional_uri(self.audit_candidates),
            audit_near=parse_whole_number("audit_near", self.audit_near, low=0, high=_MAX_SAMPLE),
            audit_clean=parse_whole_number("audit_clean", self.audit_clean, low=0, high=_MAX_SAMPLE),
            double_share=self._parse_double_share(),
            previews=parse_switch("previews", self.previews),
        )

    def _parse_double_share(self) -> float:
        share = parse_number("double_share", self.double_share)
        if not 0 <= share <= 1:
            problem = "it is not a share from 0 to 1"
            raise InvalidArgument(argument="double_share", value=self.double_share, problem=problem)
        return share

    def _parse_verdicts(self) -> "frozenset[Decision]":
        from airflow_provider_rekmedia.core.verdicts.verdict import Decision

        given = self.reviewed_verdicts
        names = [given] if isinstance(given, str) else given
        chosen = frozenset(parse_choice("reviewed_verdicts", name, Decision) for name in names)
        if not chosen or Decision.ALLOW in chosen:
            problem = "it must be review, block, or both; allowed images come from the audit sample"
            raise InvalidArgument(argument="reviewed_verdicts", value=given, problem=problem)
        return chosen
