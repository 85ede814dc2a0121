from core.learning.decisions import decision
from core.learning.records import record

from airflow_provider_rekmedia.core.learning.reviewed_image import (
    ReviewedImage,
    ReviewedImages,
    reviewed_image,
)
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.queue import Sample, Stratum
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

DOUBLE = {"sample": Sample.DOUBLE, "reviewer": "Bo"}


def test_image_counts_once_with_its_latest_decision():
    images = ReviewedImages.of([decision("1", "skip"), decision("1", "block"), decision("1", "skip")])
    assert [image.decision for image in images.decided] == [ReviewDecision.BLOCK]


def test_skipped_image_is_not_decided():
    images = ReviewedImages.of([decision("1", "skip"), decision("2", "allow")])
    assert [image.image for image in images.decided] == ["2"]


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
    # Only about the last image did one person decide twice.
    assert images.doubles_by_same_person == 1


def test_record_of_the_audit_trail_is_read():
    audited = record(1, labels=(), sample=Sample.AUDIT, stratum=Stratum.CLEAN, inclusion_probability=0.1)
    assert reviewed_image(audited) == ReviewedImage(
        image="s3://photos/1.jpg etag 1",
        rule="",
        verdict=Decision.ALLOW,
        decision=ReviewDecision.BLOCK,
        sample=Sample.AUDIT,
        stratum="clean",
        inclusion_probability=0.1,
        reviewer="ann",
    )
