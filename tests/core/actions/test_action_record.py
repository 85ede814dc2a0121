"""Records survive their files, damaged ones are errors, and one outcome counts."""

from itertools import permutations

import pytest
from core.actions.records import NOON, action, outcome

from airflow_provider_rekmedia.core.actions.action_record import (
    ActionIntent,
    ActionLogHeader,
    decode_header,
    decode_intents,
    decode_outcomes,
    encode_header,
    encode_records,
    kept_outcome,
)
from airflow_provider_rekmedia.core.actions.inverse import MoveBack
from airflow_provider_rekmedia.core.errors import UnreadableActionLog
from airflow_provider_rekmedia.core.s3_uri import S3Uri

HEADER = ActionLogHeader(
    dag_id="d",
    run_id="r",
    task_id="t",
    map_index=-1,
    actions={"block": "move"},
    verdict_uris=("s3://a/b",),
    batch_size=3,
)


def test_records_survive_their_files():
    outcomes = [outcome(number=n, inverse=MoveBack("s3://q/a", "e")) for n in range(3)]
    intents = [ActionIntent(action=action(tags={"a": "b"}), attempt=2, at=NOON, tags_before={"x": "y"})]

    assert decode_outcomes(encode_records(outcomes), "s3://log") == outcomes
    assert decode_intents(encode_records(intents), "s3://log") == intents
    assert decode_header(encode_header(HEADER), "s3://log") == HEADER


@pytest.mark.parametrize("body", [b"{", b'{"version": 2}\n', b"\xff\n"])
def test_a_damaged_record_is_an_error_that_names_the_file(body):
    for decode in (decode_outcomes, decode_intents, decode_header):
        with pytest.raises(UnreadableActionLog, match="s3://log"):
            decode(body, "s3://log")


@pytest.mark.parametrize(
    "records",
    [
        [outcome("done"), outcome("gone", attempt=2), outcome("failed", attempt=3)],
        [outcome("changed", attempt=2), outcome("denied", attempt=3)],
        [outcome("failed", attempt=2), outcome("held", attempt=1)],
        [outcome("done", attempt=2, minutes=1), outcome("done", attempt=1)],
    ],
)
def test_the_order_of_outcomes_does_not_matter(records):
    for order in permutations(records):
        kept = None
        for record in order:
            kept = kept_outcome(kept, record)
        assert kept == records[0]


def test_a_user_gets_what_identifies_an_image():
    planned = action(rule="Explicit", confidence=97.5)

    assert planned.object == S3Uri("photos", "0.jpg")
    assert planned.as_dict() == {
        "uri": "s3://photos/0.jpg",
        "bucket": "photos",
        "key": "0.jpg",
        "etag": "e",
        "size_bytes": None,
        "verdict": "block",
        "rule": "Explicit",
        "confidence": 97.5,
        "decided_by": "policy",
    }
