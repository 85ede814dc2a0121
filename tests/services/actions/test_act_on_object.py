"""Refusals of S3 become outcomes."""

import pytest
from services.actions.action_stage import put_and_judge
from services.actions.memory_bucket import refusal, refuse

from airflow_provider_rekmedia.core.errors import (
    ActionsFailed,
    NoCredentials,
)
from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance


def test_denied_and_failed_actions_fail_the_task_after_everything_was_tried(stage):
    put_and_judge(stage, "a.jpg", "b.jpg", "c.jpg")

    def deny(name, arguments):
        if name == "delete_object" and arguments["Key"] == "a.jpg":
            refuse("AccessDenied", 403, name)
        if name == "delete_object" and arguments["Key"] == "b.jpg":
            refuse("SlowDown", 503, name)

    stage.s3.before_call = deny
    applied = stage.apply({"block": "delete"})

    assert stage.results(applied) == {"a.jpg": "denied", "b.jpg": "failed", "c.jpg": "done"}
    assert len(stage.waits) == 4
    with pytest.raises(ActionsFailed, match="failed: 1, and that S3 denied: 1, of 3; max_failed=0") as error:
        applied.check(parse_tolerance(0))
    assert error.value.retryable
    applied.check(parse_tolerance(2))
    applied.check(parse_tolerance(None))

    stage.s3.before_call = lambda name, arguments: None
    assert stage.results(stage.apply({"block": "delete"})) == dict.fromkeys(
        ("a.jpg", "b.jpg", "c.jpg"), "done"
    )


def test_a_conflict_is_repeated(stage):
    put_and_judge(stage, "a.jpg")
    conflicts = [
        refusal("ConditionalRequestConflict", 409, name) for name in ("copy_object", "delete_object")
    ]

    def conflict(name, arguments):
        if name in ("copy_object", "delete_object") and conflicts:
            raise conflicts.pop()

    stage.s3.before_call = conflict

    assert stage.results(stage.apply()) == {"a.jpg": "done"}
    assert len(stage.waits) == 2


def test_missing_credentials_end_the_task_and_a_retry_continues(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")

    def expire(name, arguments):
        if name == "delete_object" and arguments["Key"] == "b.jpg":
            refuse("ExpiredToken", 400, name)

    stage.s3.before_call = expire
    with pytest.raises(NoCredentials):
        stage.apply()
    stage.s3.before_call = lambda name, arguments: None

    assert stage.results(stage.apply()) == {"a.jpg": "done", "b.jpg": "done"}
