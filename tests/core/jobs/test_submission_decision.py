import pytest
from core.truth import enum
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from airflow_provider_rekmedia.core.errors import RequestChanged
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.jobs.submission_decision import (
    Attach,
    ExistingJob,
    Start,
    SubmissionRequest,
    next_submission,
)
from airflow_provider_rekmedia.core.jobs.submission_record import (
    SubmissionRecord,
    decode_record,
    encode_record,
)

REATTACH, RESTART = ExistingJob.REATTACH, ExistingJob.RESTART
BOTH = (REATTACH, RESTART)
ACTIVE = [status for status in enum("MediaAnalysisJobStatus") if status not in {"SUCCEEDED", "FAILED"}]
GENERATION = 4
SAME_AGAIN = Start(generation=GENERATION, may_exist=True)
NEXT = Start(generation=GENERATION + 1)

WRITTEN = b"""{
 "fingerprint": "f00",
 "request": {"JobName": "nightly", "KmsKeyId": "key"},
 "clears": 1,
 "generation": 4,
 "token": "t-1",
 "written_at": "2026-05-01T12:00:00Z",
 "job_id": "abc",
 "version": 1
}"""


def submission(existing_job=REATTACH, *, changed=False, cleared=False, request=None):
    return SubmissionRequest(
        identity=TaskIdentity("dag", "run", "task", -1),
        fingerprint="other" if changed else "f00",
        request=request or {"JobName": "nightly", "KmsKeyId": "other" if changed else "key"},
        clears=2 if cleared else 1,
        existing_job=existing_job,
    )


def record(*, job_id="abc"):
    written = decode_record(WRITTEN, "s3://out/record.json")
    return SubmissionRecord(
        **{name: getattr(written, name) for name in written.__struct_fields__} | {"job_id": job_id}
    )


def job(status):
    return Job(job_id="abc", engine=Engine.BULK, status=JobStatus(status))


def decide(status, existing_job, *, changed, cleared):
    """The decision if the job of the record has this status; ``None`` is a record without a job id."""
    written = record(job_id=status and "abc")
    request = submission(existing_job, changed=changed, cleared=cleared)
    try:
        return next_submission(request, written, job(status) if status else None)
    except RequestChanged:
        return "refused"


@pytest.mark.parametrize("existing_job", BOTH)
@pytest.mark.parametrize("cleared", [False, True])
def test_a_task_without_a_record_starts_its_first_job(existing_job, cleared):
    assert next_submission(submission(existing_job, cleared=cleared), None, None) == Start(generation=0)


@pytest.mark.parametrize("existing_job", BOTH)
@pytest.mark.parametrize("cleared", [False, True])
class TestTheSameRequest:
    def test_a_record_without_a_job_id_repeats_the_same_call(self, existing_job, cleared):
        assert decide(None, existing_job, changed=False, cleared=cleared) == SAME_AGAIN

    @pytest.mark.parametrize("status", ACTIVE)
    def test_a_retry_attaches_to_the_running_job(self, existing_job, cleared, status):
        assert decide(status, existing_job, changed=False, cleared=cleared) == Attach(job(status))

    def test_a_succeeded_job_is_reused_unless_a_cleared_task_restarts(self, existing_job, cleared):
        expected = NEXT if existing_job is RESTART and cleared else Attach(job("SUCCEEDED"))
        assert decide("SUCCEEDED", existing_job, changed=False, cleared=cleared) == expected

    def test_after_a_failed_job_the_next_generation_starts(self, existing_job, cleared):
        assert decide("FAILED", existing_job, changed=False, cleared=cleared) == NEXT


@pytest.mark.parametrize("cleared", [False, True])
class TestAnotherRequest:
    @pytest.mark.parametrize("status", [None, *ACTIVE, "SUCCEEDED"])
    def test_it_is_refused_while_the_task_may_have_a_job(self, cleared, status):
        assert decide(status, REATTACH, changed=True, cleared=cleared) == "refused"

    @pytest.mark.parametrize("status", [None, *ACTIVE, "SUCCEEDED"])
    def test_it_starts_a_new_job_on_restart(self, cleared, status):
        assert decide(status, RESTART, changed=True, cleared=cleared) == NEXT

    @pytest.mark.parametrize("existing_job", BOTH)
    def test_it_starts_a_new_job_after_a_failed_one(self, cleared, existing_job):
        assert decide("FAILED", existing_job, changed=True, cleared=cleared) == NEXT


@pytest.mark.parametrize(
    ("request_now", "changed"),
    [
        ({"JobName": "nightly", "KmsKeyId": "other"}, "changed: KmsKeyId"),
        ({"JobName": "other"}, "changed: JobName, KmsKeyId"),
        ({"JobName": "nightly", "KmsKeyId": "key", "Input": {}}, "changed: Input"),
        ({"JobName": "nightly", "KmsKeyId": "key"}, "changed: the manifest's content"),
    ],
)
def test_the_error_names_the_job_the_change_and_restart(request_now, changed):
    with pytest.raises(RequestChanged) as caught:
        next_submission(submission(changed=True, request=request_now), record(), job("SUCCEEDED"))
    for part in ("submitted job abc", changed, 'existing_job="restart"'):
        assert part in str(caught.value)


def test_the_error_says_that_the_job_id_was_not_recorded():
    with pytest.raises(RequestChanged, match="id not recorded"):
        next_submission(submission(changed=True), record(job_id=None), None)


@given(
    status=st.none() | st.sampled_from(enum("MediaAnalysisJobStatus")),
    existing_job=st.sampled_from(BOTH),
    changed=st.booleans(),
    cleared=st.booleans(),
)
def test_no_new_generation_starts_while_a_job_of_the_same_request_may_run(
    status, existing_job, changed, cleared
):
    decided = decide(status, existing_job, changed=changed, cleared=cleared)
    if decided == NEXT:
        assert status == "FAILED" or existing_job is RESTART
        assert changed or status in {"SUCCEEDED", "FAILED"}


def test_a_record_of_the_first_release_is_read():
    assert record() == decode_record(WRITTEN, "s3://out/record.json")
    assert decode_record(encode_record(record()), "s3://out/record.json") == record()


@pytest.mark.parametrize("existing_job", BOTH)
@pytest.mark.parametrize("changed", [False, True])
def test_after_a_withdrawn_call_any_request_is_started_in_its_place(existing_job, changed):
    withdrawn = replace(record(job_id=None), is_withdrawn=True)

    decision = next_submission(submission(existing_job, changed=changed), withdrawn, None)

    assert decision == Start(generation=GENERATION)
