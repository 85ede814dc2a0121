"""Which decision counts if several people decided."""

from datetime import timedelta

import pytest
from core.review.items import NOON, item, queue
from core.review.rows import row
from core.review.test_queue_decisions import decided

from airflow_provider_rekmedia.core.review import final_decisions
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.decision_record import iter_records, pseudonym
from airflow_provider_rekmedia.core.review.final_decisions import FinalDecisions, final_decision
from airflow_provider_rekmedia.core.review.queue import Sample

LETTER = {decision.letter: decision for decision in ReviewDecision}


def joined(*letters, items=None):
    decisions = FinalDecisions()
    for number, text in enumerate(letters):
        images = items or [item(f"{index}.jpg") for index in range(len(text))]
        said = decided(
            queue=f"sum {number}",
            decisions=text,
            labels={},
            reviewer_id=f"person {number}",
            answered_at=NOON + timedelta(minutes=number),
        )
        decisions.add(iter_records(queue(*images), said, "s3://ops/d.json"))
    return decisions


@pytest.mark.parametrize(
    ("letters", "counts"),
    [
        *[("", None), ("s", None), ("a", "a"), ("as", "a"), ("ab", "b"), ("aab", "a"), ("abb", "b")],
        *[("aabb", "b"), ("aaae", "e"), ("ae", "e"), ("abs", "b")],
    ],
)
def test_the_majority_or_the_safer_decision_counts(letters, counts):
    assert final_decision([LETTER[letter] for letter in letters]) == (counts and LETTER[counts])


def test_a_decision_counts_for_all_images_with_the_same_bytes():
    decisions = joined("b", items=[item("a.jpg", etag="e")])

    assert decisions.of(row("copy.jpg", etag="e")) is ReviewDecision.BLOCK
    assert decisions.of(row("other.jpg", etag="f")) is None


def test_a_decision_that_is_read_twice_counts_once():
    decisions = joined("b")
    decisions.add(list(decisions.iter_shown()))

    assert len(list(decisions.iter_shown())) == 1


def test_the_deciding_record_is_of_the_person_whose_decision_counts():
    decisions = joined("a", "b")

    assert decisions.deciding_record(item("0.jpg")).reviewer == "person 1"
    assert decisions.deciding_record(item("other.jpg")) is None


def test_an_escalated_image_is_in_no_table():
    decisions = joined("ae", "sa")

    assert [record.uri for record in decisions.iter_shown()] == ["s3://photos/0.jpg"] * 2
    assert not list(decisions.iter_disagreements("salt"))


def test_a_disagreement_keeps_both_decisions_with_pseudonyms():
    decisions = joined("aas", "abs")

    (found,) = decisions.iter_disagreements("salt")

    assert (found.uri, found.decision) == ("s3://photos/1.jpg", ReviewDecision.BLOCK)
    assert [(one.reviewer, one.decision) for one in found.opinions] == [
        (pseudonym("person 0", "salt"), ReviewDecision.ALLOW),
        (pseudonym("person 1", "salt"), ReviewDecision.BLOCK),
    ]


def test_a_double_review_is_joined_by_the_bytes():
    decisions = joined("a", items=[item("a.jpg")])
    said = decided(queue="other", decisions="b", labels={}, reviewer_id="second")
    decisions.add(iter_records(queue(item("a.jpg", sample=Sample.DOUBLE)), said, "s3://ops/d.json"))

    assert len(list(decisions.iter_disagreements("salt"))) == 1


@pytest.mark.parametrize(("second", "counted"), [("person 0", 1), ("somebody else", 0)])
def test_a_double_review_by_one_person_is_counted(second, counted):
    decisions = joined("as", items=[item("a.jpg"), item("b.jpg")])
    said = decided(queue="other", decisions="bb", labels={}, reviewer_id=second)
    doubles = queue(*(item(key, sample=Sample.DOUBLE) for key in ("a.jpg", "b.jpg")))
    decisions.add(iter_records(doubles, said, "s3://ops/d.json"))

    # The first person skipped b.jpg.
    assert decisions.count_doubles_by_same_person() == counted


def test_many_decisions_about_the_same_bytes_are_joined_once(monkeypatch):
    records = list(iter_records(*copies(200)))
    decisions = FinalDecisions()
    decisions.add(records)
    joined = []

    def join(made):
        joined.append(len(made))
        return final_decision(made)

    monkeypatch.setattr(final_decisions, "final_decision", join)

    assert all(decisions.of(record) is ReviewDecision.ALLOW for record in records)
    assert joined == [200]


def copies(number):
    same = queue(*(item(str(index), etag="e") for index in range(number)))
    return same, decided(decisions="a" * number), "s3://ops/d.json"
