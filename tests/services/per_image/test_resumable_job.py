import contextlib
import json
from datetime import UTC, datetime

import pytest
from aws_stage import OUTPUT
from services.per_image.per_image_stage import AT_ONCE, calls, moderate, outcomes_of

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    RequestChanged,
    UnreadableRecord,
)
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob


def test_a_retry_returns_the_finished_job_without_a_call(stage):
    first = moderate(stage)
    before = calls(stage)

    assert moderate(stage) == first
    assert calls(stage) == before == 3


def test_a_restart_starts_another_job(stage):
    first = moderate(stage)
    second = moderate(stage, asked=stage.ask(clears=1, existing_job=ExistingJob.RESTART))

    assert first.job_id != second.job_id
    assert calls(stage) == 6


def denied_after(stage, images):
    """Let AWS refuse every image after the first ones."""
    code = "AccessDeniedException"
    stage.emulator.inject("error", operation="DetectModerationLabels", code=code, after=images, times=None)


def interrupted(stage, asked=None):
    """A try that is refused when one image is done."""
    denied_after(stage, 1)
    with pytest.raises(AccessDenied):
        moderate(stage, asked=asked, max_concurrency=1)
    stage.emulator.clear_faults()


def record_of(stage):
    """What lies in S3, as JSON."""
    (uri,) = (
        stored.uri
        for stored in stage.objects.iter_objects(OUTPUT.join("_rekmedia/"))
        if stored.uri.key.endswith("record.json")
    )
    return json.loads(stage.objects.read(uri))


def test_one_clear_restarts_a_finished_job_once(stage):
    moderate(stage)
    cleared = stage.ask(clears=1, existing_job=ExistingJob.RESTART)

    assert moderate(stage, asked=cleared) == moderate(stage, asked=cleared)
    assert calls(stage) == 6


def test_a_clear_that_resumed_a_job_does_not_restart_it_after_its_end(stage):
    interrupted(stage)
    cleared = stage.ask(clears=1, existing_job=ExistingJob.RESTART)

    assert moderate(stage, asked=cleared) == moderate(stage, asked=cleared)
    assert stage.emulator.usage()["images_billed"] == 3


def test_a_resumed_job_keeps_its_creation_time(stage):
    before = datetime.now(UTC)
    interrupted(stage)
    between = datetime.now(UTC)

    assert before <= moderate(stage).created_at <= between


def test_a_restarted_job_names_the_job_that_it_replaces(stage):
    first = moderate(stage)
    interrupted(stage, stage.ask(clears=1, existing_job=ExistingJob.RESTART))
    moderate(stage, asked=stage.ask(clears=2, existing_job=ExistingJob.RESTART))

    assert record_of(stage)["replaces"] == first.job_id


def test_after_paid_images_a_changed_request_is_refused(stage):
    interrupted(stage)

    with pytest.raises(RequestChanged):
        moderate(stage, min_confidence=70.0)


def test_a_restart_that_fails_before_any_image_keeps_the_finished_job(stage):
    first = moderate(stage)
    denied_after(stage, 0)
    with pytest.raises(AccessDenied):
        moderate(stage, asked=stage.ask(clears=1, existing_job=ExistingJob.RESTART))

    assert moderate(stage) == first
    assert record_of(stage)["job_id"] == first.job_id


def test_two_tasks_with_one_output_have_two_jobs(stage):
    jobs = [moderate(stage, asked=stage.ask(task=task)) for task in ("one", "other")]

    assert len({job.results_uri for job in jobs}) == 2


def test_another_request_of_the_task_is_refused(stage):
    moderate(stage)

    with pytest.raises(RequestChanged):
        moderate(stage, min_confidence=70.0)


@pytest.mark.parametrize("name", ["record.json", "job.json"])
def test_a_damaged_file_of_a_job_is_an_error(stage, name):
    moderate(stage)
    (found,) = (
        stored.uri
        for stored in stage.objects.iter_objects(OUTPUT.join("_rekmedia/"))
        if stored.uri.key.endswith(name)
    )
    stage.objects.put(found, b"{", "application/json")

    with pytest.raises(UnreadableRecord, match=name):
        moderate(stage)
    assert calls(stage) == 3


def test_a_forbidden_record_stops_the_task(stage, monkeypatch):
    moderate(stage)

    def denied(uri):
        raise AccessDenied(operation="GetObject", code="AccessDenied", message=str(uri))

    monkeypatch.setattr(stage.objects, "read_version", denied)
    with pytest.raises(AccessDenied, match=r"record\.json"):
        moderate(stage)
    assert calls(stage) == 3


class Killed(BaseException):
    """A worker that dies: nothing of ours catches it."""


def dying_after(stage, writes, monkeypatch):
    """Let the attempt die before one of its writes, whatever their condition is."""

    def mortal(put):
        def counted(*args, **more):
            nonlocal writes
            writes -= 1
            if writes < 0:
                raise Killed
            return put(*args, **more)

        return counted

    for name in ("put", "put_if_absent", "put_if_unchanged"):
        monkeypatch.setattr(stage.objects, name, mortal(getattr(stage.objects, name)))


@pytest.mark.parametrize("writes", range(8))
def test_after_a_kill_at_any_write_a_retry_completes_the_job(stage, monkeypatch, writes):
    count = 9
    stage.put_manifest(*(stage.put_image(f"{number}.jpg") for number in range(count)))
    task = stage.ask(task=f"dies-{writes}")
    with monkeypatch.context() as patched:
        dying_after(stage, writes, patched)
        with contextlib.suppress(Killed):
            moderate(stage, asked=task)

    job = moderate(stage, asked=task)

    results, _ = outcomes_of(stage, job)
    assert [result.source_ref for result in results] == [
        f"s3://photos/{number}.jpg" for number in range(count)
    ]
    assert calls(stage) <= count + 2 * AT_ONCE


def test_every_try_of_a_task_has_one_identity(stage):
    assert stage.ask().identity == TaskIdentity("nightly", "2026-05-01", "start", -1)
