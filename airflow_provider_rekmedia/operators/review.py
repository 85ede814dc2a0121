"""Reviews: people decide about the images that a policy does not allow."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.utils.mixins import AwsBaseHookMixin, aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context, conf
from airflow_provider_rekmedia.core.arguments import parse_optional_prefix, parse_optional_text
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.tasks.human_input import HumanInputOperator
from airflow_provider_rekmedia.tasks.task_errors import task_errors
from airflow_provider_rekmedia.tasks.task_instance import task_identity

from .finish_review import RekognitionFinishReviewOperator
from .plan_review import RekognitionPlanReviewOperator

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.review.answer import AnswerProblem
    from airflow_provider_rekmedia.core.review.queue import QueuePlace
    from airflow_provider_rekmedia.services.record_decisions import Answered, RecordedQueue

__all__ = [
    "RekognitionFinishReviewOperator",
    "RekognitionPlanReviewOperator",
    "RekognitionReviewOperator",
]

_SUBMIT = "Submit"


class RekognitionReviewOperator(HumanInputOperator, AwsBaseHookMixin[RekognitionHook]):  # type: ignore[misc]
    """
    Wait for the decisions of a person about the images of one review queue, and record them in S3.

    It needs no worker while it waits. Decisions are written once and never overwritten. After a timeout,
    nothing is decided. It needs Airflow 3.1 or later.

    .. seealso:: ``docs/operators/review.md``

    :param queue_uri: Uri of the queue: one item of the output of the plan task. (templated)
    :param review: Prefix of all files of reviews, as in the plan task: a queue anywhere else is refused, by
        the review page too. An XCom can be edited, this argument cannot. ``None`` accepts every queue.
        (templated)
    :param subject: Headline of the question. The number of images is added. (templated)
    :param body: Text above the link to the review page, Markdown. (templated)
    :param assigned_users: Users who may answer: ``{"id": …, "name": …}``, or a list of them. ``None`` is
        every user who may answer questions of the Dag.
    :param response_timeout: Longest wait for an answer, as ``timedelta``. Then the task succeeds, and its
        images stay undecided. ``None`` uses ``execution_timeout``; without it, there is no limit.
    :param notifiers: Notifiers that are called before the task waits.
    :param escalation_notifiers: Notifiers that are called after a person escalated an image. They get the
        context of the task, without the key or a link of the image. A retry or a clear calls them again.
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``. (templated)
    :param kms_key_id: Key that encrypts the decisions; ``None`` leaves the encryption to the bucket.
        (templated)
    :return: Counts only: ``images``, ``allow``, ``block``, ``escalate`` and ``undecided``.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "subject", "body", "queue_uri", "review", "botocore_config", "kms_key_id"
    )
    ui_color = "#d9e7f8"
    subject: str
    body: str | None

    def __init__(
        self,
        *,
        queue_uri: str,
        review: str | None = None,
        subject: str = "Review images",
        body: str | None = None,
        escalation_notifiers: Any = None,
        aws_conn_id: str | None = "aws_default",
        region_name: str | None = None,
        verify: bool | str | None = None,
        botocore_config: dict[str, Any] | None = None,
        kms_key_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        # Airflow passes the params of the Dag, and would show each as a field of its form.
        kwargs.pop("params", None)
        super().__init__(subject=subject, body=body, options=[_SUBMIT], **kwargs)
        self.queue_uri = queue_uri
        self.review = review
        self.escalation_notifiers = escalation_notifiers
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self.verify = verify
        self.botocore_config = botocore_config
        self.kms_key_id = kms_key_id

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return super()._hook_parameters | {"kms_key_id": parse_optional_text("kms_key_id", self.kms_key_id)}

    def execute(self, context: Context) -> dict[str, int]:
        """Ask, unless an earlier try recorded the decisions."""
        from airflow_provider_rekmedia.services.record_decisions import fetch_queue

        with task_errors(self.aws_conn_id):
            recorded = fetch_queue(self._place(), self.hook)
        if recorded.decisions is not None:
            self.log.info("This queue already has decisions. They are used, and nobody is asked again")
            return self._complete(recorded, context)
        # The lists of open reviews show it.
        self.subject = f"{self.subject}: {len(recorded.queue.items):,} images"
        self.body = "\n\n".join(part for part in (self.body, self._link(context)) if part)
        return super().execute(context)  # type: ignore[no-any-return]

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, int]:
        """Record the answer; ask again if it cannot be used."""
        from airflow_provider_rekmedia.core.review.answer import AnswerProblem

        if event.get("timedout") or event.get("error_type") == "timeout":
            return self._undecided()
        if "error" in event:
            self.process_trigger_event_error(event)
        answer = event.get("params_input") if list(event["chosen_options"]) == [_SUBMIT] else None
        recorded = self._record(answer, self._answered(context, event))
        if isinstance(recorded, AnswerProblem):
            self.log.warning("The answer cannot be used: %s The question is asked again", recorded.text)
            return self.execute(context)
        return self._complete(recorded, context)

    def _complete(self, recorded: "RecordedQueue", context: Context) -> dict[str, int]:
        """Call the notifiers if an image is escalated, and return the counts."""
        from airflow_provider_rekmedia.core.review.answer import ReviewDecision

        counts = recorded.counts
        self.log.info("Decisions about %d images: %s", counts["images"], counts)
        if counts[ReviewDecision.ESCALATE]:
            # An earlier try may have stopped before it called them: twice is better than never.
            self._notify_of_escalation(context)
        return counts

    def _place(self) -> "QueuePlace":
        from airflow_provider_rekmedia.core.review.queue import check_prefix, parse_queue_uri

        place = parse_queue_uri(self.queue_uri)
        check_prefix(place.uri, parse_optional_prefix(self.review))
        return place

    def _record(self, answer: Any, who: "Answered") -> "RecordedQueue | AnswerProblem":
        from airflow_provider_rekmedia.services.record_decisions import record_decisions

        with task_errors(self.aws_conn_id):
            return record_decisions(self._place(), answer, who, self.hook)

    def _undecided(self) -> dict[str, int]:
        from airflow_provider_rekmedia.services.record_decisions import fetch_queue

        with task_errors(self.aws_conn_id):
            counts = fetch_queue(self._place(), self.hook).counts
        self.log.warning(
            "Nobody answered within response_timeout: %d of %d images are undecided. They keep the verdict "
            "of the policy, and the next run puts them in a queue again",
            counts["undecided"],
            counts["images"],
        )
        return counts

    def _answered(self, context: Context, event: Mapping[str, Any]) -> "Answered":
        from airflow_provider_rekmedia.services.record_decisions import Answered

        ti, person = context["ti"], event.get("responded_by_user") or {}
        return Answered(
            identity=task_identity(ti),
            attempt=ti.try_number,
            reviewer_id=str(person.get("id", "unknown")),
            reviewer_name=person.get("name"),
            at=_utc(event["responded_at"]),
        )

    def _link(self, context: Context) -> str:
        from airflow_provider_rekmedia.core.review.page_path import review_path

        base_url = conf.get("api", "base_url", fallback="")
        if not base_url:
            return "Open the tab **Review** of this task to decide."
        identity = task_identity(context["ti"])
        path = review_path(identity.dag_id, identity.run_id, identity.task_id, identity.map_index)
        return f"[Open the review page]({base_url.rstrip('/')}/{path})"

    def _notify_of_escalation(self, context: Context) -> None:
        given = self.escalation_notifiers or ()
        for notifier in given if isinstance(given, Sequence) else (given,):
            notifier(context)


def _utc(value: datetime | str) -> datetime:
    """Make a plain datetime in UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return datetime.fromtimestamp(at.timestamp(), UTC)
