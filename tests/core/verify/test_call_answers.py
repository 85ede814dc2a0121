"""What follows from refused and accepted calls."""

import pytest
from core.verify.job_ends import mixed

from airflow_provider_rekmedia.core.jobs.job import JobStatus
from airflow_provider_rekmedia.core.verify import call_answers as answers
from airflow_provider_rekmedia.core.verify.outcome import Refusal

START = "StartMediaAnalysisJob"
DENIED = Refusal(START, "AccessDeniedException", "no longer available", 400, is_denied=True)
THROTTLED = Refusal(START, "ThrottlingException", "slow down", 400, is_throttled=True, is_transient=True)
FAULT = Refusal(START, "InternalServerError", "fault", 500, is_transient=True)
INVALID = Refusal(START, "InvalidParameterException", "bad", 400)
QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.IN_PROGRESS, JobStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("start", "text"), [("job", None), (INVALID, None), (DENIED, "AccessDeniedException")]
)
def test_closed_account(start, text):
    assert answers.answer_closed_error(start).text == text


@pytest.mark.parametrize(
    ("calls", "text"),
    [
        ({START: None, "List": None}, None),
        ({START: INVALID, "List": None}, None),
        ({START: DENIED, "List": None}, START),
        ({START: DENIED, "List": DENIED}, f"{START}, List"),
    ],
)
def test_closed_operations(calls, text):
    assert answers.answer_closed_operations(calls).text == text


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (INVALID, "the call is refused: InvalidParameterException"),
        (DENIED, None),
        (mixed(status=JobStatus.FAILED, failure="INVALID_MANIFEST: why"), "the job fails: INVALID_MANIFEST"),
        (mixed(), "the job succeeds"),
        (mixed(status=JobStatus.QUEUED), None),
    ],
)
def test_refusal_or_failure(outcome, text):
    assert answers.answer_refusal_or_failure(outcome).text == text


@pytest.mark.parametrize(
    ("start", "text"), [(INVALID, INVALID.code), (DENIED, None), ("job", "none, the value is accepted")]
)
def test_constraint_error(start, text):
    assert answers.answer_constraint_error(start).text == text


@pytest.mark.parametrize(
    ("second", "text"),
    [
        ("first", "yes"),
        ("second", "no, a second job starts"),
        (INVALID, "no, the call is refused: InvalidParameterException"),
    ],
)
def test_repeated_token(second, text):
    assert answers.answer_repeated_token("first", second).text == text


@pytest.mark.parametrize(("second", "text"), [(INVALID, INVALID.code), ("job", "none, a job is returned")])
def test_reused_token(second, text):
    assert answers.answer_reused_token(second).text == text


@pytest.mark.parametrize(
    ("later", "text"),
    [("first", "at least 90 s"), ("second", "less than 90 s"), (INVALID, "less than 90 s")],
)
def test_token_lifetime(later, text):
    assert answers.answer_token_lifetime("first", later, 90.0).text == text


def test_throttling():
    throttled = [Refusal("List", "ThrottlingException", "slow down", 500), Refusal("List", "Other", "")]

    assert answers.answer_throttle_error(throttled, 9).text == "Other, ThrottlingException"
    assert answers.answer_throttling_status(throttled, 9).text == "500"
    assert answers.answer_throttle_error([], 9).text is None
    assert answers.answer_throttling_status(throttled[1:], 9).text is None


def test_images():
    assert answers.answer_image_error({}).text == "none, the image is accepted"
    found = answers.answer_image_codes({"small": INVALID, "cut": {}})
    assert found.text == "small: InvalidParameterException; cut: none, the image is accepted"


@pytest.mark.parametrize(
    ("statuses", "refusal", "text"),
    [
        ([QUEUED, RUNNING, RUNNING], INVALID, "yes"),
        ([RUNNING, RUNNING, RUNNING, QUEUED], INVALID, "no"),
        ([RUNNING, RUNNING, RUNNING], INVALID, None),
        ([DONE, RUNNING, QUEUED], INVALID, None),
        ([QUEUED] * 9, None, None),
    ],
)
def test_queued_jobs_and_a_quota_of_three(statuses, refusal, text):
    assert answers.answer_queued_jobs(statuses, refusal, 3).text == text


@pytest.mark.parametrize("refusal", [DENIED, THROTTLED, FAULT], ids=lambda refusal: refusal.code)
def test_a_refusal_that_is_not_about_the_request_is_no_answer(refusal):
    found = [
        answers.answer_refusal_or_failure(refusal),
        answers.answer_constraint_error(refusal),
        answers.answer_repeated_token("first", refusal),
        answers.answer_reused_token(refusal),
        answers.answer_token_lifetime("first", refusal, 90.0),
        answers.answer_image_error(refusal),
    ]

    assert {answer.text for answer in found} == {None}
    assert answers.answer_image_codes({"small": refusal}).text == "small: open"


def test_a_throttled_start_does_not_show_the_quota():
    assert answers.answer_queued_jobs([QUEUED], THROTTLED, 1).text is None
