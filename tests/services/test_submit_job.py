import json
from datetime import timedelta

import pytest
from aws_stage import OUTPUT
from msgspec.structs import replace

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    LimitReached,
    ManifestRefused,
    ObjectUnreadable,
    RequestChanged,
    Throttled,
    Unavailable,
    UnreadableRecord,
)
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.submit_job import Submitted

START, LIST = "StartMediaAnalysisJob", "ListMediaAnalysisJobs"


def record_uri(stage):
    (found,) = stage.objects.iter_objects(OUTPUT.join("_rekmedia/"))
    return found.uri


def put_record(stage, **changes):
    """Change the record to what a crash leaves."""
    uri = record_uri(stage)
    written = json.loads(stage.objects.read(uri)) | changes
    stage.objects.put(uri, json.dumps(written).encode(), "application/json")


class TestFirstTry:
    def test_it_starts_and_records_one_job(self, stage):
        submitted = stage.submit()
        assert submitted.is_new
        record = stage.record()
        assert (record.job_id, record.generation, record.request) == (submitted.job_id, 0, stage.request())
        assert stage.jobs.start(stage.request(), record.token) == submitted.job_id
        assert stage.paid() == (1, 3)

    def test_a_query_over_the_results_ignores_the_record(self, stage):
        stage.submit()
        digest = stage.ask().identity.digest
        assert record_uri(stage) == S3Uri("analysis", f"nightly/_rekmedia/submissions/{digest}.json")

    def test_it_uses_the_users_own_token(self, stage):
        submitted = stage.submit(own_token="mine")
        assert stage.record().token == "mine"
        assert stage.jobs.start(stage.request(), "mine") == submitted.job_id

    def test_two_tasks_have_two_jobs(self, stage):
        assert stage.submit().job_id != stage.submit(stage.ask(task="other")).job_id
        assert stage.paid() == (2, 6)


class TestNextTry:
    @pytest.mark.parametrize("moves", range(4))
    def test_it_attaches_to_a_job_of_any_status(self, stage, moves):
        first = stage.submit()
        for _ in range(moves):
            stage.emulator.advance()
        assert stage.submit() == Submitted(first.job_id, is_new=False)
        assert stage.calls(START) == 1

    def test_after_a_failed_job_it_starts_another(self, stage):
        stage.emulator.inject("fail_job", code="THROTTLED")
        first = stage.submit()
        stage.finish()
        second = stage.submit()
        assert second.is_new
        assert second.job_id != first.job_id
        assert stage.record().generation == 1
        assert stage.submit() == Submitted(second.job_id, is_new=False)

    def test_a_changed_request_is_refused_before_a_start(self, stage):
        first = stage.submit()
        with pytest.raises(RequestChanged, match=f"job {first.job_id}.*OperationsConfig"):
            stage.submit(stage.ask(min_confidence=80.0))
        assert stage.calls(START) == 1

    def test_restart_starts_a_changed_request(self, stage):
        first = stage.submit()
        second = stage.submit(stage.ask(min_confidence=80.0, existing_job=ExistingJob.RESTART))
        assert second.job_id != first.job_id

    def test_restart_starts_a_new_job_after_a_clear_and_not_after_a_retry(self, stage):
        first = stage.submit()
        stage.finish()
        restart = stage.ask(existing_job=ExistingJob.RESTART)
        assert stage.submit(restart).job_id == first.job_id
        cleared = stage.ask(existing_job=ExistingJob.RESTART, clears=1)
        second = stage.submit(cleared)
        assert second.job_id != first.job_id
        assert stage.submit(cleared) == Submitted(second.job_id, is_new=False)


class TestIntentWithoutJobId:
    """A worker died after it recorded the intent to start a job and before it recorded the job id."""

    def test_if_listing_is_denied_the_token_returns_the_same_job(self, stage, caplog):
        first = stage.submit()
        put_record(stage, job_id=None)
        stage.emulator.inject("error", operation=LIST, code="AccessDeniedException")
        assert stage.submit().job_id == first.job_id
        assert "Relying on the request token alone" in caplog.text
        assert stage.calls(START) == 2
        assert stage.paid() == (1, 3)
        assert stage.record().job_id == first.job_id

    def test_if_the_token_has_expired_the_job_is_found_in_the_list(self, stage):
        stage.emulator.configure(token_lifetime_s=0.0)
        first = stage.submit()
        put_record(stage, job_id=None)
        assert stage.submit() == Submitted(first.job_id, is_new=False)
        assert stage.calls(START) == 1
        assert stage.record().job_id == first.job_id

    def test_a_start_that_was_never_sent_is_sent(self, stage):
        stage.emulator.inject("connection_reset", operation=START)
        with pytest.raises(Unavailable):
            stage.submit()
        intent = stage.record()
        stage.now += timedelta(minutes=1)
        assert stage.submit().is_new
        assert stage.record().written_at == intent.written_at
        assert stage.record().token == intent.token
        assert stage.paid() == (1, 3)

    def test_a_failed_job_is_not_attached(self, stage):
        stage.emulator.inject("fail_job", code="THROTTLED")
        stage.submit()
        stage.finish()
        put_record(stage, job_id=None, token="another", generation=1)
        assert stage.submit().is_new
        assert stage.paid() == (2, 3)

    @pytest.mark.parametrize(
        "other",
        [
            {"job_name": "other"},
            {"output": S3Uri("analysis", "weekly/")},
            {"manifest": S3Uri("photos", "other.jsonl")},
            {"min_confidence": 80.0},
            {"kms_key_id": "key"},
        ],
    )
    def test_a_job_of_another_request_is_not_attached(self, stage, other):
        stage.objects.put(S3Uri("photos", "other.jsonl"), b"{}\n", "application/jsonl")
        asked = stage.ask(min_confidence=50.0)
        stage.submit(asked)
        put_record(stage, job_id=None, token="never-used")
        stage.emulator.configure(token_lifetime_s=0.0)
        listed = stage.jobs.start(stage.request(**{"min_confidence": 50.0} | other), "a-stranger")
        assert stage.submit(asked).job_id != listed

    def test_an_old_job_is_not_attached(self, stage):
        stage.emulator.configure(token_lifetime_s=0.0)
        first = stage.submit()
        later = stage.now + timedelta(hours=1)
        put_record(stage, job_id=None, token="another", written_at=later.isoformat())
        assert stage.submit().job_id != first.job_id

    @pytest.mark.parametrize("kind", ["throttle", "http_500", "connection_reset"])
    def test_no_job_starts_if_the_list_cannot_be_read(self, stage, kind):
        stage.submit()
        put_record(stage, job_id=None)
        stage.emulator.inject(kind, operation=LIST)
        with pytest.raises((Throttled, Unavailable)):
            stage.submit()
        assert stage.calls(START) == 1

    def test_a_refused_start_keeps_the_intent(self, stage):
        stage.submit()
        put_record(
            stage, job_id=None, token="another", written_at=(stage.now + timedelta(hours=1)).isoformat()
        )
        intent = stage.record()
        stage.emulator.inject("error", operation=START, code="LimitExceededException")
        with pytest.raises(LimitReached):
            stage.submit()
        assert replace(stage.record(), attempt=None, token=intent.token) == replace(intent, attempt=None)


class TestRefusedStart:
    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("LimitExceededException", LimitReached),
            ("ThrottlingException", Throttled),
            ("AccessDeniedException", AccessDenied),
            ("InvalidManifestException", ManifestRefused),
        ],
    )
    def test_the_next_try_may_start_another_request(self, stage, code, kind):
        stage.emulator.inject("error", operation=START, code=code)
        with pytest.raises(kind):
            stage.submit()
        assert stage.record().is_withdrawn
        assert stage.submit(stage.ask(min_confidence=80.0)).is_new
        assert not stage.record().is_withdrawn
        assert stage.calls(LIST) == 0

    def test_it_restores_the_record_of_the_previous_job(self, stage):
        stage.emulator.inject("fail_job", code="THROTTLED")
        stage.submit()
        stage.finish()
        before = stage.record()
        stage.emulator.inject("error", operation=START, code="LimitExceededException")
        with pytest.raises(LimitReached):
            stage.submit()
        assert stage.record() == before

    @pytest.mark.parametrize("processed", [False, True])
    @pytest.mark.parametrize("kind", ["http_500", "connection_reset"])
    def test_after_a_start_without_response_the_next_try_ends_with_one_job(self, stage, kind, processed):
        stage.emulator.inject(kind, operation=START, processed=processed)
        with pytest.raises(Unavailable):
            stage.submit()
        assert stage.record().job_id is None
        assert stage.submit().is_new is not processed
        assert stage.paid() == (1, 3)


class TestUnreadableRecord:
    def test_a_damaged_record_stops_the_submission(self, stage):
        stage.submit()
        uri = record_uri(stage)
        stage.objects.put(uri, stage.objects.read(uri)[:-5], "application/json")
        with pytest.raises(UnreadableRecord, match=str(uri)):
            stage.submit()
        assert stage.calls(START) == 1

    @pytest.mark.parametrize(
        ("code", "status", "kind"),
        [
            ("AccessDenied", 403, AccessDenied),
            ("InternalError", 500, Unavailable),
            ("SlowDown", 503, Throttled),
            ("NoSuchBucket", 404, ObjectUnreadable),
            ("NoSuchVersion", 404, ObjectUnreadable),
        ],
    )
    def test_a_forbidden_record_is_not_a_missing_one(self, stage, code, status, kind):
        stage.submit()
        stage.emulator.inject("error", operation="S3", code=code, status=status)
        with pytest.raises(kind):
            stage.submit()
        assert stage.calls(START) == 1

    def test_an_output_bucket_that_does_not_exist_stops_the_submission(self, stage):
        stage.s3.delete_bucket(Bucket="analysis")
        with pytest.raises(ObjectUnreadable, match="NoSuchBucket"):
            stage.submit()
        assert stage.calls(START) == 0


def test_nothing_is_paid_before_the_intent_is_written(stage):
    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403, after=1)
    with pytest.raises(AccessDenied):
        stage.submit()
    assert stage.calls(START) == 0


def test_a_job_whose_id_was_not_recorded_is_found_again(stage):
    stage.emulator.inject("http_500", operation="S3", after=2)
    with pytest.raises(Unavailable):
        stage.submit()
    assert stage.record().job_id is None
    assert not stage.submit().is_new
    assert stage.paid() == (1, 3)
