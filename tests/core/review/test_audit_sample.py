"""The sample of allowed images: the same in every run, with known probabilities."""

import pytest
from core.review.items import NOON
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.review.audit_sample import (
    AuditCandidate,
    AuditCandidates,
    AuditStratum,
    StratumSample,
    audit_items,
    decode_candidates,
    encode_candidates,
    sample_score,
)
from airflow_provider_rekmedia.core.review.queue import Sample, Stratum


def candidate(score, **changes):
    values = {
        "score": score,
        "uri": f"s3://photos/{score}.jpg",
        "bucket": "photos",
        "key": f"{score}.jpg",
        "etag": f"e{score}",
        "size_bytes": 1,
        "last_modified": NOON,
        "rule": "",
        "confidence": None,
        "labels": (),
        "job_id": "job-1",
        "model_version": "7.0",
    }
    return AuditCandidate(**values | changes)


def candidates(near=AuditStratum(), clean=AuditStratum()):  # noqa: B008 immutable
    return AuditCandidates(
        dag_id="nightly", run_id="monday", policy=None, policy_digest="digest", near=near, clean=clean
    )


def sampled(scores, limit):
    sample = StratumSample(limit)
    for score in scores:
        if sample.wants(score):
            sample.add(candidate(score))
    return sample.stratum()


@given(st.lists(st.integers(0, 2**64 - 1), unique=True), st.integers(0, 5))
def test_the_images_with_the_smallest_scores_are_kept(scores, limit):
    stratum = sampled(scores, limit)

    assert stratum.images == len(scores)
    assert [kept.score for kept in stratum.candidates] == sorted(scores)[:limit]


def test_the_sample_has_the_probability_of_each_image():
    stratum = sampled([4, 1, 3, 2], 4)

    items = audit_items(candidates(near=stratum, clean=sampled([9], 4)), near=2, clean=5)

    assert [(item.key, item.stratum, item.inclusion_probability) for item in items] == [
        ("1.jpg", Stratum.NEAR, 0.5),
        ("2.jpg", Stratum.NEAR, 0.5),
        ("9.jpg", Stratum.CLEAN, 1.0),
    ]
    assert {item.sample for item in items} == {Sample.AUDIT}
    assert items[0].rule is None


def test_a_score_depends_on_salt_place_and_bytes():
    one = sample_score("salt", "photos", "a", "e")

    assert one == sample_score("salt", "photos", "a", "e")
    others = {
        sample_score("other", "photos", "a", "e"),
        sample_score("salt", "photos", "b", "e"),
        sample_score("salt", "photos", "a", "f"),
        sample_score("salt", "photos", "a", None),
    }
    assert one not in others
    assert 0 <= one < 2**64


def test_candidates_are_read_back_as_they_were_written():
    written = candidates(near=sampled([1, 2], 2))

    assert decode_candidates(encode_candidates(written), "s3://ops/c.json") == written


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 100_000])
def test_damaged_candidates_are_an_error_that_names_the_file(body):
    with pytest.raises(UnreadableReview, match=r"s3://ops/c\.json"):
        decode_candidates(body, "s3://ops/c.json")
