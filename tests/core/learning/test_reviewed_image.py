from datetime import UTC, date, datetime

from core.learning.decisions import decision

from airflow_provider_rekmedia.core.learning.reviewed_image import (
    ReviewedImage,
    ReviewedImages,
    reviewed_image,
)
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.decision_record import DecisionRecord
from airflow_provider_rekmedia.core.review.queue import Sample, Stratum
from airflow_provider_rekmedia.core.review.queue_decisions import ReviewerSource
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


def test_record_of_the_audit_trail_is_read():
    record = DecisionRecord(
        record_id="1",
        at=datetime(2026, 11, 2, tzinfo=UTC),
        night=date(2026, 11, 1),
        reviewer="ann",
        reviewer_source=ReviewerSource.HITL,
        dag_id="moderate",
        run_id="run",
        position=0,
        uri="s3://photos/1.jpg",
        bucket="photos",
        key="1.jpg",
        etag="e",
        policy=None,
        policy_digest="d",
        rule=None,
        confidence=None,
        verdict_before=Decision.ALLOW,
        decision=ReviewDecision.BLOCK,
        sample=Sample.AUDIT,
        stratum=Stratum.CLEAN,
        inclusion_probability=0.1,
    )
    assert reviewed_image(record) == ReviewedImage(
        image="s3://photos/1.jpg e",
        rule="",
        verdict=Decision.ALLOW,
        decision=ReviewDecision.BLOCK,
        sample=Sample.AUDIT,
        stratum="clean",
        inclusion_probability=0.1,
        reviewer="ann",
    )
