"""Plans a review: chooses images of verdict files, and writes them as queues for people."""

import logging
from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.review.review_plan import ReviewPlan, plan_uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import verdict_folder

from .review.plan_request import PlanRequest
from .review.review_planner import ReviewPlanner

__all__ = ["PlanRequest", "WrittenPlan", "plan_review"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """A plan, and where it is."""

    plan: ReviewPlan
    uri: S3Uri


def plan_review(request: PlanRequest, clients: AwsClients) -> WrittenPlan:
    """
    Write the queues of a run, unless an earlier try did.

    :raises InvalidInput: An argument cannot be used.
    :raises ExtraMissing: Pillow is not installed, and *request* asks for previews.
    :raises UnreadableVerdicts: A verdict file is damaged.
    :raises UnreadableReview: A file of a review is damaged.
    :raises ServiceError: S3 refused.
    """
    folder = verdict_folder(request.prefix, request.dag_id, request.run_id)
    files = ReviewFiles(clients.objects, folder)
    uri = plan_uri(folder, _inputs(request))
    known = files.read_plan(uri)
    if known is not None:
        _LOG.info("An earlier try wrote the plan %s. Its %d queues are used", uri, len(known.queues))
        return WrittenPlan(known, uri)
    planned = ReviewPlanner(request, files).plan()
    return WrittenPlan(files.write_plan(uri, planned), uri)


def _inputs(request: PlanRequest) -> list[Any]:
    """Return all that decides which images are in which queue."""
    return [
        request.verdict_uris,
        sorted(request.verdicts),
        request.order,
        request.policy if isinstance(request.policy, str) else repr(request.policy),
        [request.queue_size, request.max_images, request.audit_near, request.audit_clean],
        [request.double_share, request.previews, str(request.candidates)],
    ]
