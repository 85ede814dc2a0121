from core.learning.decisions import decision

from airflow_provider_rekmedia.core.learning.reviewed_image import ReviewedImages
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.queue import Sample

DOUBLE = {"sample": Sample.DOUBLE, "reviewer": "Bo"}


def test_image_counts_once_with_its_latest_decision():
    images = ReviewedImages.of([decision("1", "skip"), decision("1", "block"), decision("1", "skip")])
    assert [image.decision for image in images.decided] == [ReviewDecision.BLOCK]
    assert images.undecided == []


def test_skipped_image_is_undecided():
    images = ReviewedImages.of([decision("1", "skip"), decision("2", "allow")])
    assert [image.image for image in images.undecided] == ["1"]


def test_escalated_image_is_a_violation():
    assert [decision("1", word).is_violation for word in ("allow", "block", "escalate")] == [
        False,
        True,
        True,
    ]


def test_second_decisions_are_paired_with_the_first():
    images = ReviewedImages.of(
        [
            decision("1", "block"),
            decision("1", "allow", **DOUBLE),
            decision("2", "allow"),
            decision("2", "escalate", **DOUBLE),
        ]
    )
    assert images.pairs == [(True, False), (False, True)]
    assert len(images.decided) == 2


def test_a_pair_needs_two_people_and_two_decisions():
    images = ReviewedImages.of(
        [
            decision("1", "allow", **DOUBLE),
            decision("2", "skip"),
            decision("2", "allow", **DOUBLE),
            decision("3", "allow"),
            decision("3", "skip", **DOUBLE),
            decision("4", "allow"),
            decision("4", "allow", sample=Sample.DOUBLE),
        ]
    )
    assert images.pairs == []
