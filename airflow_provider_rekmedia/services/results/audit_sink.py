"""Collects the candidates of the audit sample while results are read."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.image_result import ImageResult
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.review.audit_sample import (
    AuditCandidate,
    AuditCandidates,
    StratumSample,
    encode_candidates,
    sample_score,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.verdict import Decision, Verdict
from airflow_provider_rekmedia.core.verdicts.verdict_file import verdict_folder
from airflow_provider_rekmedia.core.verdicts.verdict_rows import verdict_label

__all__ = ["AuditSink"]

#: Candidates of each stratum.
_MAX_CANDIDATES: Final = 1_000
_DIGITS: Final = 16
_UNKNOWN: Final = ShardEntry("")


class AuditSink:
    """
    Keeps a few of the allowed images of a run. Its memory does not grow with the images.

    :param prefix: Prefix of the files of candidates.
    """

    def __init__(self, prefix: S3Uri, judgement: Judgement, objects: S3Objects) -> None:
        self._folder = verdict_folder(prefix, judgement.dag_id, judgement.run_id)
        self._judgement = judgement
        self._objects = objects
        self._near = StratumSample(_MAX_CANDIDATES)
        self._clean = StratumSample(_MAX_CANDIDATES)

    def add(
        self, outcomes: Outcomes, verdicts: Sequence[Verdict], listed: Mapping[str, ShardEntry], job: Job
    ) -> None:
        """
        Add images of a job. An image without an S3 uri is not a candidate: nobody could see it.

        :param verdicts: One for each result, in their order.
        :param listed: What the listing said of each image, by uri.
        """
        for result, verdict in zip(outcomes.results, verdicts, strict=True):
            if verdict.decision is Decision.ALLOW:
                self._add(result, verdict, listed.get(result.source_ref, _UNKNOWN), job)

    def _add(self, result: ImageResult, verdict: Verdict, listed: ShardEntry, job: Job) -> None:
        try:
            uri = parse_s3_uri(result.source_ref)
        except InvalidS3Uri:
            return
        labels = result.detection.moderation_labels
        sample = self._near if labels else self._clean
        score = sample_score(self._judgement.dag_id, uri.bucket, uri.key, listed.etag)
        if not sample.wants(score):
            return
        candidate = AuditCandidate(
            score=score,
            uri=result.source_ref,
            bucket=uri.bucket,
            key=uri.key,
            etag=listed.etag,
            size_bytes=listed.size_bytes,
            last_modified=listed.modified_at,
            rule=verdict.rule,
            confidence=verdict.confidence if verdict.labels else None,
            labels=tuple([verdict_label(label) for label in labels]),
            job_id=job.job_id,
            model_version=job.model_version or result.detection.moderation_model_version,
        )
        sample.add(candidate)

    def write(self) -> str:
        """Write the candidates, and return the uri of the file. The same run has the same file."""
        candidates = AuditCandidates(
            dag_id=self._judgement.dag_id,
            run_id=self._judgement.run_id,
            policy=self._judgement.policy,
            policy_digest=self._judgement.policy_digest,
            near=self._near.stratum(),
            clean=self._clean.stratum(),
        )
        body = encode_candidates(candidates)
        uri = self._folder.join(f"{sha256(body).hexdigest()[:_DIGITS]}.json")
        self._objects.put_if_absent(uri, body, "application/json")
        return str(uri)
