import json
from datetime import UTC, datetime, timedelta

import pytest
from core.errors.error_tree import build, leaves
from core.strategies import jobs, json_values
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import UnknownEvent
from airflow_provider_rekmedia.core.job_failure import JobFailure
from airflow_provider_rekmedia.core.jobs.event import (
    Retry,
    decode_ending,
    decode_retry,
    encode_ending,
    encode_retry,
)
from airflow_provider_rekmedia.core.jobs.polling import Ended, Failed

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)

#: Events of a triggerer of version 0.1. A worker of a later version must decode them.
ENDED_OF_VERSION_1 = {
    "version": 1,
    "ending": "ended",
    "job": {
        "job_id": "abc",
        "engine": "bulk",
        "status": "FAILED",
        "manifest_uri": "s3://in/manifest.jsonl",
        "results_uri": None,
        "summary_uri": None,
        "model_version": None,
        "created_at": "2026-05-01T10:00:00+00:00",
        "completed_at": "2026-05-01T12:00:00+00:00",
        "output_uri": "s3://out/nightly/",
    },
    "failure": {"code": "THROTTLED", "message": "Slow down"},
}
FAILED_OF_VERSION_1 = {
    "version": 1,
    "ending": "failed",
    "error": "AccessDenied",
    "fields": {"operation": "GetMediaAnalysisJob", "code": "X", "message": "no", "request_id": "r-1"},
}


def sent(event):
    """The event as the task receives it: Airflow stores it as JSON."""
    return json.loads(json.dumps(event, allow_nan=False))


@given(job=jobs, failure=st.none() | st.builds(JobFailure, st.text(), st.text()))
def test_an_ended_wait_round_trips(job, failure):
    ending = Ended(job.with_failure(failure) if failure else job)
    assert decode_ending(sent(encode_ending(ending))) == ending


@pytest.mark.parametrize("kind", leaves())
def test_every_error_of_the_tree_round_trips(kind):
    error = build(kind)
    arrived = decode_ending(sent(encode_ending(Failed(error)))).error
    assert type(arrived) is kind
    assert arrived.retryable == error.retryable
    assert arrived.fields == {
        name: value if isinstance(value, int) else str(value) for name, value in error.fields.items()
    }


def test_an_event_of_the_first_release_is_decoded():
    ended = decode_ending(ENDED_OF_VERSION_1)
    assert ended.job.failure == JobFailure("THROTTLED", "Slow down")
    assert encode_ending(ended) == ENDED_OF_VERSION_1
    failed = decode_ending(FAILED_OF_VERSION_1)
    assert "GetMediaAnalysisJob was refused: X: no (request r-1)" in str(failed.error)
    assert encode_ending(failed) == FAILED_OF_VERSION_1


@pytest.mark.parametrize("decode", [decode_ending, decode_retry])
@pytest.mark.parametrize(
    "event", [None, {}, [], "version", 1, {"version": 2}, {"version": "1"}, {"version": None}, {"version": 1}]
)
def test_a_missing_event_or_one_of_another_version_is_refused(decode, event):
    with pytest.raises(UnknownEvent, match="Were the worker and the triggerer upgraded together"):
        decode(event)


@pytest.mark.parametrize(
    ("event", "missing"),
    [(event, name) for event in (ENDED_OF_VERSION_1, FAILED_OF_VERSION_1) for name in event],
)
def test_an_event_without_a_member_is_refused(event, missing):
    with pytest.raises(UnknownEvent):
        decode_ending({name: value for name, value in event.items() if name != missing})


@pytest.mark.parametrize(
    "event",
    [
        ENDED_OF_VERSION_1 | {"job": "abc"},
        ENDED_OF_VERSION_1 | {"job": {"job_id": "abc", "engine": "bulk", "status": "PARTIAL"}},
        ENDED_OF_VERSION_1 | {"failure": {"code": "THROTTLED"}},
        ENDED_OF_VERSION_1 | {"ending": "paused"},
        FAILED_OF_VERSION_1 | {"error": "NotOfTheTree"},
        FAILED_OF_VERSION_1 | {"error": "ServiceError"},  # a parent is never raised
        FAILED_OF_VERSION_1 | {"error": "RekmediaError"},
        FAILED_OF_VERSION_1 | {"fields": {"operation": "Get"}},
        FAILED_OF_VERSION_1 | {"fields": None},
    ],
)
def test_an_event_with_an_unknown_value_is_refused(event):
    with pytest.raises(UnknownEvent):
        decode_ending(event)


@given(
    st.dictionaries(
        st.sampled_from(["ending", "job", "failure", "error", "fields"]),
        json_values | st.sampled_from(["ended", "failed", "AccessDenied", "JobFailed"]),
    )
)
def test_any_event_of_the_right_version_is_decoded_or_an_error(event):
    try:
        assert isinstance(decode_ending(event | {"version": 1}), Ended | Failed)
    except UnknownEvent as error:
        assert str(error)  # noqa: PT017 any outcome but another exception is right


@pytest.mark.parametrize("waiting_since", [None, NOON - timedelta(hours=2)])
def test_a_retry_round_trips(waiting_since):
    retry = decode_retry(sent(encode_retry(NOON, waiting_since)))

    assert retry == Retry(NOON, waiting_since)
    assert retry.deadline_at.tzinfo is not None


def test_a_retry_of_the_first_release_has_no_place_in_the_queue():
    event = {"version": 1, "deadline": "2026-05-01T12:00:00+00:00"}

    assert decode_retry(event).waiting_since is None
    assert encode_retry(datetime(2026, 5, 1, 12, tzinfo=UTC)) == event


@pytest.mark.parametrize("waiting_since", [5, "soon", {}])
def test_a_retry_with_an_unreadable_place_is_refused(waiting_since):
    with pytest.raises(UnknownEvent):
        decode_retry(encode_retry(NOON) | {"waiting_since": waiting_since})


@pytest.mark.parametrize("deadline", [None, 5, "soon", {}])
def test_a_retry_without_a_readable_deadline_is_refused(deadline):
    with pytest.raises(UnknownEvent):
        decode_retry({"version": 1, "deadline": deadline})
