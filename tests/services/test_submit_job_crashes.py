"""A worker dies at any step of a submission, as by SIGKILL, and the task is tried again."""

import pytest
from aws_stage import Stage
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import LimitReached
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob
from airflow_provider_rekmedia.services.submit_job import submit_or_attach

FIRST_TRY = ("read", "write", "start", "write")
AFTER_A_JOB = ("read", "fetch", "write", "start", "write")
REFUSED = ("read", "write", "start", "write")


class Killed(BaseException):
    """Simulates SIGKILL: the package does not catch it and cleans nothing up."""


class Life:
    """
    Counts the steps of one try, and ends it before or after one of them.

    :param at: the step to die at, from 0; ``None`` is never.
    """

    def __init__(self, at=None, side="before"):
        self.at = at
        self.side = side
        self.steps = []

    def mortal(self, adapter):
        return Mortal(adapter, self)

    def live(self, name, step):
        number = len(self.steps)
        self.steps.append(name)
        if (number, "before") == (self.at, self.side):
            raise Killed
        try:
            return step()
        finally:
            if (number, "after") == (self.at, self.side):
                raise Killed


class Mortal:
    """An adapter whose calls are the steps of a try."""

    def __init__(self, adapter, life):
        self.adapter = adapter
        self.life = life

    def __getattr__(self, name):
        call = getattr(self.adapter, name)
        return lambda *arguments: self.life.live(name, lambda: call(*arguments))


def submit(stage, life, asked=None):
    asked = asked or stage.ask()
    return submit_or_attach(asked, jobs=life.mortal(stage.jobs), records=life.mortal(stage.records(asked)))


def die(stage, at, side, asked=None):
    with pytest.raises(Killed):
        submit(stage, Life(at, side), asked)


def deaths(steps):
    return pytest.mark.parametrize(
        ("at", "side"),
        [
            pytest.param(at, side, id=f"{side}-{at}-{name}")
            for at, name in enumerate(steps)
            for side in ("before", "after")
        ],
    )


def fail_a_job(stage):
    stage.emulator.inject("fail_job", code="THROTTLED")
    failed = stage.submit()
    stage.finish()
    return failed


def test_the_matrix_has_every_step_of_a_first_try(stage):
    life = Life()
    submit(stage, life)
    assert tuple(life.steps) == FIRST_TRY


def test_the_matrix_has_every_step_after_a_failed_job(stage):
    fail_a_job(stage)
    life = Life()
    submit(stage, life)
    assert tuple(life.steps) == AFTER_A_JOB


def test_the_matrix_has_every_step_of_a_refused_try(stage):
    stage.emulator.inject("error", operation="StartMediaAnalysisJob", code="LimitExceededException")
    life = Life()
    with pytest.raises(LimitReached):
        submit(stage, life)
    assert tuple(life.steps) == REFUSED


@deaths(FIRST_TRY)
def test_a_first_try_that_dies_ends_with_one_job(stage, at, side):
    die(stage, at, side)
    submitted = stage.submit()
    assert stage.record().job_id == submitted.job_id
    assert stage.submit().job_id == submitted.job_id
    assert stage.paid() == (1, 3)


@deaths(AFTER_A_JOB)
def test_a_try_after_a_failed_job_that_dies_ends_with_one_more_job(stage, at, side):
    failed = fail_a_job(stage)
    die(stage, at, side)
    submitted = stage.submit()
    assert submitted.job_id != failed.job_id
    assert stage.submit().job_id == submitted.job_id
    assert stage.paid() == (2, 3)


@deaths(AFTER_A_JOB)
@pytest.mark.parametrize("memory", ["the token is remembered", "the token is forgotten"])
def test_a_restart_that_dies_ends_with_one_new_job(stage, at, side, memory):
    if memory == "the token is forgotten":
        stage.emulator.configure(token_lifetime_s=0.0)
    before = stage.submit()
    stage.finish()
    cleared = stage.ask(existing_job=ExistingJob.RESTART, clears=1)
    die(stage, at, side, cleared)
    submitted = stage.submit(cleared)
    assert submitted.job_id != before.job_id
    assert stage.submit(cleared).job_id == submitted.job_id
    assert stage.paid() == (2, 6)


@deaths(REFUSED)
def test_a_refused_try_that_dies_ends_with_one_job(stage, at, side):
    stage.emulator.inject("error", operation="StartMediaAnalysisJob", code="LimitExceededException")
    die(stage, at, side)
    stage.emulator.clear_faults()
    submitted = stage.submit()
    assert stage.submit().job_id == submitted.job_id
    assert stage.paid() == (1, 3)


@pytest.mark.parametrize("memory", ["the token is forgotten", "listing is denied"])
@settings(max_examples=20)
@given(
    tries=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["before", "after"])), min_size=1, max_size=5)
)
def test_any_number_of_crashes_ends_with_one_job(stage, memory, tries):
    stage.emulator.reset()
    stage = Stage(stage.emulator, stage.rekognition, stage.s3)
    stage.emulator.configure(by_hand=True, unguessable_keys=True)
    if memory == "the token is forgotten":
        stage.emulator.configure(token_lifetime_s=0.0)
    else:
        denied = {"operation": "ListMediaAnalysisJobs", "code": "AccessDeniedException", "times": 100}
        stage.emulator.inject("error", **denied)
    for at, side in tries:
        try:
            submit(stage, Life(at, side))
        except Killed:
            stage.emulator.advance()
    submitted = stage.submit()
    assert stage.record().job_id == submitted.job_id
    assert stage.paid() == (1, 3)
