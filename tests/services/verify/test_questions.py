"""For every guess of the emulator, in every position, ``verify`` finds the answer."""

import dataclasses
import re

import pytest
from emulated_account import ADAPTER

from airflow_provider_rekmedia.core.facts.catalog import FACTS
from airflow_provider_rekmedia.emulator.settings.undocumented_behavior import UndocumentedBehavior
from airflow_provider_rekmedia.services.verify.questions import QUESTIONS

REFUSED = "the call is refused: "
FAILED = "the job fails: "
IN_EXAMPLE = "as in AWS's example"
ALL_THREE = "StartMediaAnalysisJob, GetMediaAnalysisJob, ListMediaAnalysisJobs"

#: The answer for each position of each switch.
SWITCHES = [
    ("constraint_error", "InvalidParameterException", "InvalidParameterException"),
    ("constraint_error", "ValidationException", "ValidationException"),
    ("throttle_error", "ThrottlingException", "ThrottlingException"),
    (
        "throttle_error",
        "ProvisionedThroughputExceededException",
        "ProvisionedThroughputExceededException",
    ),
    ("throttling_status", 400, "400"),
    ("throttling_status", 500, "500"),
    ("bad_manifest", "refuse", REFUSED + "InvalidManifestException"),
    ("bad_manifest", "fail_job", FAILED + "INVALID_MANIFEST"),
    ("missing_manifest", "refuse", REFUSED + "InvalidS3ObjectException"),
    ("missing_manifest", "fail_job", FAILED + "INVALID_S3_OBJECT"),
    ("bad_output", "refuse", REFUSED + "InvalidParameterException"),
    ("bad_output", "fail_job", FAILED + "INVALID_OUTPUT_CONFIG"),
    ("blank_lines", "skip", "no, it is skipped"),
    ("blank_lines", "error", "yes, it is an error"),
    ("first_line_number", 0, "0"),
    ("first_line_number", 1, "1"),
    ("line_number_key", "line-numer", "line-numer"),
    ("line_number_key", "line-number", "line-number"),
    ("prefix_join", "one_slash", "without another slash"),
    ("prefix_join", "always_slash", "with another slash"),
    ("unguessable_keys", False, IN_EXAMPLE),
    ("unguessable_keys", True, "other than in AWS's example"),
    ("shuffle_results", False, "yes"),
    ("shuffle_results", True, "no"),
    ("truncated_images", "refuse", "InvalidImageFormatException"),
    ("truncated_images", "accept", "none, the image is accepted"),
    ("queued_jobs_count", True, "yes"),
    ("queued_jobs_count", False, "no"),
    ("closed_operations", "bulk", ALL_THREE),
    ("closed_operations", "start", "StartMediaAnalysisJob"),
    ("project_version_in_results", True, "yes"),
    ("project_version_in_results", False, "no"),
    ("token_lifetime_s", None, "at least"),
    ("token_lifetime_s", 4, "less than"),
]

#: What else the emulator must do for a switch to have an effect.
SETTINGS = {
    "throttle_error": {"tps": {"ListMediaAnalysisJobs": 5}},
    "throttling_status": {
        "tps": {"ListMediaAnalysisJobs": 5},
        "throttle_error": "ThrottlingException",
    },
    "queued_jobs_count": {"max_active_jobs": 3, "created_s": 0, "queued_s": 2.5, "in_progress_s": 100},
    "token_lifetime_s": {"in_progress_s": 11},
}
OPTIONS = {
    "queued_jobs_count": {"fill_quota": True, "timeout_s": 0},
    "project_version_in_results": {"project_version": ADAPTER},
}


def fact_of(switch):
    (fact,) = (fact for fact in FACTS.values() if fact.switch == switch)
    return fact.id


def test_every_switch_is_in_the_table():
    assert {name for name, _, _ in SWITCHES} == {
        field.name for field in dataclasses.fields(UndocumentedBehavior)
    }


def test_every_asked_question_is_marked_in_the_facts():
    assert {question.fact_id for question in QUESTIONS} == {
        fact.id for fact in FACTS.values() if fact.is_asked
    }


@pytest.mark.parametrize(("switch", "position", "expected"), SWITCHES)
def test_the_answer_for_a_position_of_a_switch(account, switch, position, expected):
    account.emulator.configure(**SETTINGS.get(switch, {}) | {switch: position})
    if switch == "closed_operations":
        account.emulator.inject("closed")

    found = account.verify(fact_of(switch), **OPTIONS.get(switch, {}))

    answer = found.answers[fact_of(switch)]
    # Pauses have jitter, so the seconds of a duration differ.
    assert re.sub(r" \d+ s$", "", answer.text or "") == expected, answer.evidence


def test_the_default_of_min_confidence_shows_if_images_have_unlikely_labels(account):
    account.emulator.configure(rules=[{"key": "*plain-*", "labels": {"Pills": 30, "Smoking": 70}}])

    found = account.verify("default-min-confidence")

    assert found.answers["default-min-confidence"].text == "50, or a value near it"


def test_a_closed_account_is_an_answer_and_leaves_questions_about_jobs_open(account):
    account.emulator.inject("closed", message="Not available to new customers.")

    found = account.verify()

    answers = {fact_id: answer.text for fact_id, answer in found.answers.items()}
    assert answers["closed-account-error"] == "AccessDeniedException"
    assert "new customers" in found.answers["closed-account-error"].evidence
    assert answers["large-dimensions-error"] == "ImageTooLargeException"
    about_jobs = {question.fact_id for question in QUESTIONS if question.jobs} - {
        "closed-account-error",
        "closed-operations",
        "adapter-in-results",
    }
    assert {answers[fact_id] for fact_id in about_jobs} == {None}


def test_a_job_that_fails_leaves_its_questions_open(account):
    account.emulator.inject("fail_job", code="INTERNAL_ERROR")

    found = account.verify("result-order", "default-min-confidence")

    assert {answer.text for answer in found.answers.values()} == {None}
    assert "INTERNAL_ERROR" in found.answers["result-order"].evidence


def test_a_refused_bucket_leaves_the_token_of_a_failed_job_open(account):
    account.emulator.configure(bad_output="refuse")

    assert account.verify("failed-job-token").answers["failed-job-token"].text is None


def test_a_throttled_call_is_repeated_and_is_no_answer(account):
    account.emulator.inject("throttle", operation="StartMediaAnalysisJob", after=1, times=3)

    found = account.verify("repeated-token", "reused-token")

    assert found.answers["repeated-token"].text == "yes"
    assert found.answers["reused-token"].text == "IdempotentParameterMismatchException"
