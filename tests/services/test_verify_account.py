"""A run asks, cleans up and states its cost, also when it is interrupted."""

from dataclasses import replace

import pytest
from emulated_account import ADAPTER, PREFIX, RUN_ID

from airflow_provider_rekmedia.core.errors import NoCredentials, ServiceError
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.core.verify.facts_file import encode_facts, encode_issue
from airflow_provider_rekmedia.services.verify.questions import QUESTIONS, Question
from airflow_provider_rekmedia.services.verify_account import choose_questions, plan_cost, verify_account

BOTH = [*Engine]


def interrupt(_):
    raise KeyboardInterrupt


def broken(_):
    msg = "a bug"
    raise ZeroDivisionError(msg)


#: What the emulator does by default, beside its guesses.
DEFAULTS = {
    "repeated-token": "yes",
    "reused-token": "IdempotentParameterMismatchException",
    "failed-job-token": "yes",
    "large-dimensions-error": "ImageTooLargeException",
    "image-error-codes": "missing: InvalidS3ObjectException; wrong format: InvalidImageFormatException; "
    "too small: InvalidParameterException",
    "blank-line-numbers": "yes",
    "byte-order-mark": "its line is an error",
    "duplicate-images": "yes",
    "failed-in-results": "no",
    "key-characters": "yes",
    "extra-manifest-keys": "yes, and the result does not repeat them",
    "summary-counts": "yes",
    "summary-version": "1.0",
    "job-id-format": "yes",
    "job-duration": "3 s for 16 lines",
}


def test_a_whole_run_answers_removes_everything_and_reveals_nothing(account):
    cost = plan_cost(choose_questions(BOTH, has_adapter=True), ADAPTER)

    found = account.verify(project_version=ADAPTER)

    assert found.is_complete
    answers = {fact_id: answer.text for fact_id, answer in found.answers.items()}
    assert answers | DEFAULTS == answers
    assert not account.keys()
    assert not found.left.objects
    assert 0 < account.emulator.usage()["images_billed"] <= cost.images
    seen = {"package": "0.1.0", "region": "us-east-1", "date": "2026-12-01"}
    for text in (encode_facts(found.answers, **seen).decode(), encode_issue(found.answers, **seen).decode()):
        for private in (PREFIX.bucket, "123456789012", RUN_ID, PREFIX.key, "s3://", "arn:"):
            assert private not in text


def test_the_cost_is_below_ten_cents():
    cost = plan_cost(choose_questions(BOTH, has_adapter=True), ADAPTER)

    assert cost.usd == pytest.approx(cost.images * 0.001)
    assert cost.usd < 0.10


@pytest.mark.parametrize("engine", BOTH)
def test_one_engine_makes_no_call_of_the_other(account, engine):
    questions = choose_questions([engine], has_adapter=False)

    verify_account(account, PREFIX, questions, account.options())

    called = {name for name, calls in account.emulator.usage()["calls"].items() if calls}
    assert ("DetectModerationLabels" in called) == (engine is Engine.PER_IMAGE)
    assert ("StartMediaAnalysisJob" in called) == (engine is Engine.BULK)


def test_ctrl_c_removes_objects_names_running_jobs_and_keeps_answers(account):
    account.emulator.configure(by_hand=True)
    questions = [
        *choose_questions(BOTH, has_adapter=False, fact_ids=["truncated-image", "constraint-error"]),
        Question("result-order", interrupt, ("mixed",)),
    ]

    found = verify_account(account, PREFIX, questions, account.options())

    assert not found.is_complete
    assert set(found.answers) == {"truncated-image", "constraint-error"}
    assert not account.keys()
    assert len(found.left.running_jobs) == 1


def test_a_bug_removes_objects_and_is_raised(account):
    questions = [Question("result-order", broken, ("mixed",))]
    account.emulator.configure(by_hand=True)

    with pytest.raises(ZeroDivisionError):
        verify_account(account, PREFIX, questions, account.options())

    assert not account.keys()
    assert account.reported[-1].endswith("still runs")


def test_a_bucket_that_cannot_be_written_is_an_error_before_any_job(account):
    account.emulator.deny("s3:PutObject")

    with pytest.raises(ServiceError):
        account.verify()

    assert account.emulator.usage()["jobs"] == 0


def test_expired_credentials_end_the_run(account):
    account.emulator.inject("expired_credentials", times=None)

    with pytest.raises(NoCredentials):
        account.verify("truncated-image")


def test_credentials_that_expire_keep_the_answers(account):
    first, second = choose_questions(
        BOTH, has_adapter=False, fact_ids=["large-dimensions-error", "truncated-image"]
    )

    def expire(bench):
        account.emulator.inject("expired_credentials", times=None)
        return second.ask(bench)

    found = verify_account(account, PREFIX, [first, replace(second, ask=expire)], account.options())

    assert isinstance(found.stopped_by, NoCredentials)
    assert not found.is_complete
    assert found.answers.keys() == {first.fact_id}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"statistics": 7}'])
def test_a_summary_of_another_shape_leaves_its_questions_open(account, monkeypatch, body):
    read = account.objects.read
    monkeypatch.setattr(
        account.objects, "read", lambda uri: body if uri.key.endswith("summary.json") else read(uri)
    )

    found = account.verify("summary-counts", "truncated-image")

    assert found.is_complete
    assert found.answers["summary-counts"].text is None
    assert "another shape" in found.answers["summary-counts"].evidence
    assert found.answers["truncated-image"].text == "InvalidImageFormatException"


def test_a_bucket_that_does_not_exist_leaves_nothing(account):
    account.s3.delete_bucket(Bucket=PREFIX.bucket)

    with pytest.raises(ServiceError, match="NoSuchBucket"):
        account.verify()

    assert not account.reported


def test_the_jobs_that_fill_the_quota_are_in_the_cost():
    questions = choose_questions(BOTH, has_adapter=False)

    cost, filled = plan_cost(questions), plan_cost(questions, fill_quota=True)

    assert (filled.jobs - cost.jobs, filled.images) == (60, cost.images)
    assert not plan_cost(choose_questions([Engine.PER_IMAGE], has_adapter=False), fill_quota=True).jobs


def test_a_question_that_cannot_be_read_stays_open(account):
    account.emulator.inject("error", operation="GetMediaAnalysisJob", code="AccessDeniedException", times=2)

    found = account.verify("result-order")

    assert found.answers["result-order"].text is None
    assert "AccessDenied" in found.answers["result-order"].evidence


def test_the_question_about_an_adapter_needs_one():
    without = choose_questions(BOTH, has_adapter=False)

    assert {question.fact_id for question in QUESTIONS} - {question.fact_id for question in without} == {
        "adapter-in-results"
    }
