"""The records of decisions: one for each image, with a pseudonym outside of the audit trail."""

import hashlib
import hmac

import pytest
from core.review.items import NOON, item, queue
from core.review.test_queue_decisions import decided

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.review.answer import LabelJudgement, ReviewDecision
from airflow_provider_rekmedia.core.review.decision_record import (
    decode_records,
    encode_records,
    iter_records,
    pseudonym,
    with_pseudonym,
)

URI = "s3://ops/d.json"


def records(**changes):
    said = {"1": LabelJudgement(wrong=(0, 7), missing=("Pills",))}
    return list(iter_records(queue(item("a.jpg"), item("b.jpg")), decided(labels=said, **changes), URI))


def test_each_image_has_one_record_in_the_order_of_the_queue():
    first, second = records()

    assert (first.uri, first.decision) == ("s3://photos/a.jpg", ReviewDecision.ALLOW)
    assert (second.uri, second.decision) == ("s3://photos/b.jpg", ReviewDecision.SKIP)
    assert (second.at, second.night, second.reviewer) == (NOON, NOON.date(), "5")
    assert (second.rule, second.verdict_before, second.confidence) == ("Smoking", "review", 71.5)
    assert (second.queue_seconds, second.queue_revealed, second.queue_items) == (60, 1, 2)


def test_labels_have_names_and_an_index_without_a_label_is_ignored():
    assert records()[1].labels_wrong == ("Smoking",)
    assert records()[1].labels_missing == ("Pills",)


def test_the_same_decision_has_the_same_id():
    assert [record.record_id for record in records()] == [record.record_id for record in records()]
    assert records()[0].record_id != records()[1].record_id
    assert records()[0].record_id != records(queue="other")[0].record_id


def test_records_are_read_back_as_they_were_written():
    assert decode_records(encode_records(records()), URI) == records()


@pytest.mark.parametrize("body", [b"{}\n", b"\xff\n", b"[" * 100_000])
def test_damaged_records_are_an_error_that_names_the_file(body):
    with pytest.raises(UnreadableReview, match=URI):
        decode_records(body, URI)


def test_a_pseudonym_is_a_keyed_digest():
    expected = hmac.new(b"salt", b"5", hashlib.sha256).hexdigest()[:16]

    assert pseudonym("5", "salt") == expected
    assert with_pseudonym(records()[0], "salt").reviewer == expected
