"""The log of a task: parts of several tries, and damaged parts."""

import pytest
from core.actions.records import NOON, action, outcome
from core.actions.test_action_record import HEADER
from services.actions.memory_bucket import MemoryBucket

from airflow_provider_rekmedia.adapters.actions.action_log import ActionLog
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.actions.action_record import ActionIntent
from airflow_provider_rekmedia.core.errors import InvalidArgument, UnreadableActionLog
from airflow_provider_rekmedia.core.s3_uri import S3Uri

FOLDER = S3Uri("ops", "log/")


@pytest.fixture
def client():
    return MemoryBucket()


def log(client):
    return ActionLog(S3Objects(client), FOLDER)


def intent(number, *, attempt):
    return ActionIntent(action=action(number), attempt=attempt, at=NOON.replace(minute=attempt))


def test_a_later_try_reads_what_earlier_ones_wrote(client):
    first = log(client)
    assert first.open(HEADER) == HEADER
    first.write_intents(0, [intent(0, attempt=1), intent(1, attempt=1)])
    first.write_outcomes(0, [outcome("done", 0), outcome("failed", 1)])
    second = log(client)
    second.open(HEADER)
    second.write_intents(0, [intent(1, attempt=2)])
    second.write_outcomes(0, [outcome("gone", 1, attempt=2)])
    second.write_outcomes(1, [outcome("held", 2)])

    third = log(client)
    third.open(HEADER)
    intents, outcomes = third.read_intents(0), third.read_outcomes(0)

    assert {number: each.attempt for number, each in intents.items()} == {0: 1, 1: 1}
    assert {number: str(each.outcome) for number, each in outcomes.items()} == {0: "done", 1: "gone"}
    assert [str(each.outcome) for each in log(client).iter_outcomes()] == ["done", "gone", "held"]
    assert third.read_outcomes(7) == {}


def test_the_header_of_the_first_try_counts(client):
    from msgspec.structs import replace  # noqa: PLC0415

    log(client).open(HEADER)

    assert log(client).open(replace(HEADER, batch_size=99)) == HEADER
    assert log(client).read_header() == HEADER


def test_a_log_that_does_not_exist_cannot_be_undone(client):
    with pytest.raises(InvalidArgument, match="there is no action log"):
        log(client).read_header()


def test_a_damaged_part_is_never_skipped(client):
    written = log(client)
    written.open(HEADER)
    written.write_outcomes(0, [outcome("done", 0)])
    (key,) = (key for _, key in client.keys if "outcomes" in key)
    client.put("ops", key, client.current("ops", key).body[:-9])

    with pytest.raises(UnreadableActionLog, match=key):
        list(log(client).iter_outcomes())
