"""Creates the tasks of a review in one call: plan, one question per queue, finish."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.airflow_compat import TaskGroup, XComArg
from airflow_provider_rekmedia.operators.review import (
    RekognitionFinishReviewOperator,
    RekognitionPlanReviewOperator,
    RekognitionReviewOperator,
)

from .argument_checks import check_arguments, reads_xcom

__all__ = ["ReviewedImages", "review_images"]


@dataclass(frozen=True, slots=True)
class ReviewedImages:
    """
    The tasks of :func:`review_images`.

    :param group: The task group: ``before >> reviewed.group >> after``.
    :param plan: Writes the queues.
    :param review: Asks people, one mapped task for each queue; ``None`` with ``ask=False``.
    :param finish: Joins the decisions; ``reviewed.verdicts`` is its XCom.
    """

    group: TaskGroup
    plan: RekognitionPlanReviewOperator
    review: Any
    finish: RekognitionFinishReviewOperator

    @property
    def verdicts(self) -> XComArg:
        """The verdicts after the review, for :class:`RekognitionApplyVerdictsOperator`."""
        return XComArg(self.finish, "verdicts")

    @property
    def checked_arguments(self) -> dict[str, Any]:
        """The arguments that preflight checks, without XComs: see :class:`RekognitionPreflightOperator`."""
        planning = {name: getattr(self.plan, name) for name in ("review", "holds", "previews", "kms_key_id")}
        finishing = {name: getattr(self.finish, name) for name in ("decisions_file", "parquet", "kms_key_id")}
        asking = None
        if self.review is not None:
            asking = {"kms_key_id": self.review.partial_kwargs.get("kms_key_id")}
        given = {name: value for name, value in finishing.items() if not reads_xcom(value)}
        return planning | {"question": asking, "finish": given}


def review_images(
    *,
    verdicts: Any,
    review: str,
    group_id: str = "review_images",
    holds: str | None = None,
    ask: bool = True,
    plan: Mapping[str, Any] | None = None,
    question: Mapping[str, Any] | None = None,
    finish: Mapping[str, Any] | None = None,
    kms_key_id: str | None = None,
    connection: Mapping[str, Any] | None = None,
    **group: Any,
) -> ReviewedImages:
    """
    Let people decide about the images that a policy does not allow.

    If there is nothing to review, the tasks that wait for people are skipped, and the verdicts of the policy
    are final.

    .. seealso:: ``docs/task_groups/review_images.md``

    :param verdicts: As in :class:`RekognitionPlanReviewOperator`. (templated)
    :param review: Prefix of all files of reviews, ``s3://bucket/prefix/``. (templated)
    :param group_id: The task group's id; tasks are ``plan``, ``review`` and ``finish`` in it.
    :param holds: As in :class:`RekognitionPlanReviewOperator`. (templated)
    :param ask: Ask people in Airflow, which needs Airflow 3.1 or later. With ``False``, pass
        ``{"decisions_file": …}`` in *finish*.
    :param plan: More arguments of the plan operator, such as ``{"queue_size": 100}``.
    :param question: More arguments of :class:`RekognitionReviewOperator`, such as ``response_timeout``.
    :param finish: More arguments of :class:`RekognitionFinishReviewOperator`.
    :param kms_key_id: Key that encrypts everything that the tasks write. (templated)
    :param connection: Arguments for all tasks: ``aws_conn_id``, ``region_name``, ``verify``,
        ``botocore_config``; and arguments that all tasks have, such as ``retries``.
    :param group: Arguments of Airflow's ``TaskGroup``, such as ``tooltip``.
    :raises InvalidInput: An argument without a template cannot be used.
    """
    common: dict[str, Any] = ({} if kms_key_id is None else {"kms_key_id": kms_key_id}) | dict(
        connection or {}
    )
    planning: dict[str, Any] = {"verdicts": verdicts, "review": review, "holds": holds}
    planning |= common | dict(plan or {})
    finishing = common | dict(finish or {})
    check_arguments({"holds": holds} | dict(finish or {}))
    asking = None
    with TaskGroup(group_id, **group) as task_group:
        plans = RekognitionPlanReviewOperator(**{"task_id": "plan"} | planning)
        if ask:
            question_arguments: dict[str, Any] = {"task_id": "review", "review": review} | common
            question_arguments |= dict(question or {})
            asking = RekognitionReviewOperator.partial(**question_arguments).expand(queue_uri=plans.output)
        # If one question failed, the decisions of the others still count.
        joining: dict[str, Any] = {"task_id": "finish", "plan": XComArg(plans, "plan")}
        joining["trigger_rule"] = "all_done"
        finishes = RekognitionFinishReviewOperator(**joining | finishing)
        if asking is not None:
            asking >> finishes
    return ReviewedImages(task_group, plans, asking, finishes)
