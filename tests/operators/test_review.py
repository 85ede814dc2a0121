"""The operator that asks a person: Airflow's question around decisions in S3."""

import logging
from datetime import timedelta

import pytest
from operators.reviewing import NOON, plan, put_verdicts
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.airflow_compat import AirflowFailException
from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.errors import ReviewUnavailable
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.operators.review import RekognitionReviewOperator
from airflow_provider_rekmedia.tasks.human_input import HAS_HUMAN_INPUT

pytestmark = pytest.mark.skipif(not HAS_HUMAN_INPUT, reason="this Airflow cannot ask a person")


class Asked(BaseException):
    """The task waits for a person."""


class Notifier:
    def __init__(self):
        self.contexts = []

    def __call__(self, context):
        self.contexts.append(context)


@pytest.fixture
def question(photos, monkeypatch, caplog):
    """Build the operator for a queue of two images; asking raises :class:`Asked`."""
    (uri,), _ = plan(put_verdicts(photos))

    def ask(self, context):
        raise Asked(self.body)

    base = RekognitionReviewOperator.__mro__[1]
    monkeypatch.setattr(base, "execute", ask)
    monkeypatch.setattr(RekognitionReviewOperator, "log", logging.getLogger("task"))
    caplog.set_level("INFO")

    def build(**changes):
        return RekognitionReviewOperator(**{"task_id": "review", "queue_uri": uri} | changes)

    return build


def checksum(operator):
    return operator.queue_uri.rpartition("-")[2].removesuffix(".json")


def event(operator, letters, **changes):
    sent = {"queue": checksum(operator), "decisions": letters, "seconds": 9, "revealed": 1}
    return {
        "chosen_options": ["Submit"],
        "params_input": sent,
        "responded_at": NOON,
        "responded_by_user": {"id": "5", "name": "ann"},
        "timedout": False,
    } | changes


def context(**changes):
    return {"ti": FakeTaskInstance(task_id="review", map_index=0, **changes)}


def test_the_question_links_to_the_page_and_shows_no_key(question, monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.org/sub/")

    with pytest.raises(Asked) as asked:
        question(body="Please decide.").execute(context())

    text = str(asked.value)
    assert text.startswith(
        "Please decide.\n\n[Open the review page](https://airflow.example.org/sub/rekmedia/"
    )
    assert "beach" not in text


def test_no_param_is_declared_even_if_the_dag_has_some(question):
    operator = question(params={"of_the_dag": 1})

    assert (dict(operator.params), operator.options) == ({}, ["Submit"])


def test_users_timeout_and_notifiers_are_passed_on(question):
    users, notifier = [{"id": "5", "name": "ann"}], Notifier()
    operator = question(assigned_users=users, response_timeout=timedelta(hours=8), notifiers=[notifier])

    assert operator.assigned_users == users
    assert operator.response_timeout == timedelta(hours=8)
    assert operator.notifiers == [notifier]


def test_an_answer_is_recorded_and_counts_are_returned(question, photos):
    operator = question()

    counts = operator.execute_complete(context(), event(operator, "as"))

    assert counts == {"images": 2, "allow": 1, "block": 0, "escalate": 0, "undecided": 1}
    found = photos.client.list_objects_v2(Bucket="photos", Prefix="review/")["Contents"]
    (key,) = (each["Key"] for each in found if "/decisions/" in each["Key"])
    assert key.endswith(f"{checksum(operator)}.json")


@pytest.mark.parametrize(
    "changes",
    [{"params_input": {}}, {"params_input": None}, {"chosen_options": ["Other"]}],
)
def test_an_unusable_answer_asks_again_in_the_same_try(question, changes, caplog):
    operator = question()

    with pytest.raises(Asked):
        operator.execute_complete(context(), event(operator, "as", **changes))
    assert "The question is asked again" in caplog.text


@pytest.mark.parametrize(
    "event_of_timeout",
    [
        {"error": "The timeout has passed", "error_type": "timeout"},
        {"chosen_options": ["Submit"], "params_input": {}, "responded_by_user": None, "timedout": True},
    ],
)
def test_a_timeout_decides_nothing_and_says_so(question, event_of_timeout, caplog):
    counts = question().execute_complete(context(), event_of_timeout)

    assert counts == {"images": 2, "allow": 0, "block": 0, "escalate": 0, "undecided": 2}
    assert "2 of 2 images are undecided" in caplog.text


def test_another_error_of_the_question_fails_the_task(question):
    with pytest.raises(Exception, match="broken"):
        question().execute_complete(context(), {"error": "broken", "error_type": "unknown"})


def test_a_second_answer_reads_the_first_one(question):
    operator = question()
    first = operator.execute_complete(context(), event(operator, "ab"))

    assert operator.execute_complete(context(), event(operator, "ee")) == first


def test_a_retry_after_recorded_decisions_does_not_ask(question):
    operator = question()
    counts = operator.execute_complete(context(), event(operator, "ab"))

    assert question().execute(context(try_number=2)) == counts


def test_an_escalation_holds_the_image_and_calls_the_notifier_without_a_key(question, photos):
    notifier = Notifier()
    operator = question(escalation_notifiers=notifier)

    operator.execute_complete(context(), event(operator, "ea"))

    record = hold_uri(S3Uri("photos", "review/holds/"), S3Uri("photos", "uploads/beach.jpg"))
    photos.client.head_object(Bucket=record.bucket, Key=record.key)
    (called,) = notifier.contexts
    assert called.keys() == {"ti"}
    previews = photos.client.list_objects_v2(Bucket="photos", Prefix="review/previews/")["Contents"]
    assert len(previews) == 1


def test_a_retry_calls_the_notifiers_that_failed(question):
    class Unreachable(Exception):
        pass

    def fail(context):
        raise Unreachable

    operator, notifier = question(escalation_notifiers=fail), Notifier()
    with pytest.raises(Unreachable):
        operator.execute_complete(context(), event(operator, "ea"))

    question(escalation_notifiers=[notifier]).execute(context(try_number=2))

    assert len(notifier.contexts) == 1


def test_a_queue_that_does_not_exist_fails_the_task(question):
    with pytest.raises(AirflowFailException, match="no such queue"):
        question(queue_uri=f"s3://photos/review/queues/00000-{'0' * 64}.json").execute(context())


@pytest.mark.parametrize("review", ["s3://photos/other/", "s3://other/review/", "s3://photos/rev"])
def test_a_queue_outside_of_the_prefix_of_reviews_is_refused(question, review):
    with pytest.raises(AirflowFailException, match="the argument review"):
        question(review=review).execute(context())
    with pytest.raises(AirflowFailException, match="the argument review"):
        question(review=review).execute_complete(context(), event(question(), "aa"))


def test_a_queue_below_the_prefix_of_reviews_is_used(question):
    with pytest.raises(Asked):
        question(review="s3://photos/review").execute(context())


def test_an_airflow_without_questions_says_what_is_needed():
    message = str(ReviewUnavailable(airflow="2.11.0"))

    assert "Airflow 3.1 or later" in message
    assert "decisions_file" in message
