"""
The audit sample: a few images that the policy allowed, chosen by a hash.

People decide about them too, so that a report can say what the policy misses. Each stratum keeps the images
with the smallest hashes (bottom-k sampling): the same images have the same sample, in every retry, and the
memory does not grow with the number of images.
"""

from datetime import datetime
from hashlib import sha256
from heapq import heappush, heappushpop
from typing import Annotated, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel

from .queue import ReviewItem, Sample, Stratum

__all__ = [
    "AuditCandidate",
    "AuditCandidates",
    "AuditStratum",
    "StratumSample",
    "audit_items",
    "decode_candidates",
    "encode_candidates",
    "sample_score",
]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]


class AuditCandidate(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """
    One image that the policy allowed.

    :param score: See :func:`sample_score`.
    :param rule: The rule that allowed it; ``""`` for an image without labels.
    """

    score: int
    uri: str
    bucket: str
    key: str
    etag: str | None
    size_bytes: int | None
    last_modified: _AwareUtc | None
    rule: str
    confidence: float | None
    labels: tuple[VerdictLabel, ...]
    job_id: str | None
    model_version: str | None


class AuditStratum(msgspec.Struct, frozen=True, kw_only=True):
    """
    The candidates of one stratum.

    :param images: All allowed images of the stratum in the run.
    :param candidates: Those with the smallest scores, in ascending order.
    """

    images: int = 0
    candidates: tuple[AuditCandidate, ...] = ()


class AuditCandidates(msgspec.Struct, frozen=True, kw_only=True):
    """The candidates of one run, as the results task writes them."""

    version: Literal[1] = 1
    dag_id: str
    run_id: str
    policy: str | None
    policy_digest: str
    near: AuditStratum
    clean: AuditStratum


class StratumSample:
    """
    Keeps the images of a stratum with the smallest scores.

    :param limit: Most images that are kept.
    """

    def __init__(self, limit: int) -> None:
        #: Images that were counted.
        self.images = 0
        self._limit = limit
        self._heap: list[tuple[int, str, AuditCandidate]] = []

    def wants(self, score: int) -> bool:
        """Count an image; return whether it is among the smallest so far."""
        self.images += 1
        return len(self._heap) < self._limit or (self._limit > 0 and score < -self._heap[0][0])

    def add(self, candidate: AuditCandidate) -> None:
        """Keep an image that is wanted."""
        entry = (-candidate.score, candidate.uri, candidate)
        if len(self._heap) < self._limit:
            heappush(self._heap, entry)
        else:
            heappushpop(self._heap, entry)

    def stratum(self) -> AuditStratum:
        """Return what was kept."""
        kept = sorted((candidate for _, _, candidate in self._heap), key=lambda one: (one.score, one.uri))
        return AuditStratum(images=self.images, candidates=tuple(kept))


def sample_score(salt: str, bucket: str, key: str, etag: str | None) -> int:
    """
    Return a number from 0 to 2^64 - 1 that is random for each image, and the same in every run.

    :param salt: Another salt gives another sample.
    :param etag: Other bytes of the same key have another score.
    """
    text = f"{salt}\n{bucket}\n{key}\n{etag or ''}"
    return int.from_bytes(sha256(text.encode()).digest()[:8])


def audit_items(candidates: AuditCandidates, *, near: int, clean: int) -> list[ReviewItem]:
    """
    Choose the audit sample.

    :param near: Most images with labels. *clean* is the most images without labels.
    """
    chosen = [(Stratum.NEAR, candidates.near, near), (Stratum.CLEAN, candidates.clean, clean)]
    return [
        _item(candidate, stratum, min(1.0, size / part.images))
        for stratum, part, size in chosen
        for candidate in part.candidates[:size]
    ]


def _item(candidate: AuditCandidate, stratum: Stratum, probability: float) -> ReviewItem:
    return ReviewItem(
        uri=candidate.uri,
        bucket=candidate.bucket,
        key=candidate.key,
        etag=candidate.etag,
        size_bytes=candidate.size_bytes,
        last_modified=candidate.last_modified,
        verdict=Decision.ALLOW,
        rule=candidate.rule or None,
        labels=candidate.labels,
        confidence=candidate.confidence,
        sample=Sample.AUDIT,
        stratum=stratum,
        inclusion_probability=probability,
        job_id=candidate.job_id,
        model_version=candidate.model_version,
    )


_DECODER: Final = JsonFileDecoder(AuditCandidates, UnreadableReview)


def encode_candidates(candidates: AuditCandidates) -> bytes:
    """Encode candidates: JSON, UTF-8."""
    return msgspec.json.encode(candidates)


def decode_candidates(body: bytes, uri: str) -> AuditCandidates:
    """
    Decode candidates. Fields of a later release are ignored.

    :param uri: Where the file is, for the error.
    :raises UnreadableReview: The file is damaged, or its version is unknown.
    """
    return _DECODER.decode(body, uri)
