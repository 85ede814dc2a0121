"""What the task that plans a review asks for."""

from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.core.review.order import ReviewOrder
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

__all__ = ["PlanRequest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """
    What a task asks for.

    :param prefix: The prefix of reviews.
    :param holds: Prefix of the hold records.
    :param verdict_uris: The verdict files of the run.
    :param run_images: All images of the run; ``None`` if it is not known.
    :param verdicts: The verdicts that people review.
    :param policy: See :func:`load_policy`; only for ``order="threshold"``.
    :param max_images: Most images, without copies, audit sample and double review.
    :param candidates: Uri of the candidates of the audit sample; ``None`` is no sample.
    """

    dag_id: str
    run_id: str
    task_id: str = "plan"
    map_index: int = -1
    prefix: S3Uri
    holds: S3Uri
    verdict_uris: tuple[str, ...]
    run_images: int | None
    verdicts: frozenset[Decision]
    order: ReviewOrder
    policy: Any
    queue_size: int
    max_images: int
    candidates: S3Uri | None
    audit_near: int
    audit_clean: int
    double_share: float
    previews: bool
