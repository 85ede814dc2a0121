"""Selects the images that are not allowed, and creates their rows for verdict files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.results.image_result import ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

from .judgement import Judgement
from .verdict import ALLOWED, Decision, Verdict
from .verdict_file import DecidedBy, VerdictLabel, VerdictRow

__all__ = ["VerdictRows", "verdict_label"]

_UNKNOWN: Final = ShardEntry("")


class VerdictRows:
    """
    Creates the rows of one job.

    :param listed: What the listing said of each image, by uri.
    :param job_id: ``None`` if no job of the manifest succeeded.
    :param model_version: The version that the job names; ``None`` uses the version of each result.
    """

    def __init__(
        self,
        judgement: Judgement,
        listed: Mapping[str, ShardEntry],
        *,
        job_id: str | None,
        model_version: str | None,
    ) -> None:
        #: Images that are not allowed but have no row, because their uri is unknown.
        self.unnamed = 0
        self._listed = listed
        self._model_version = model_version
        self._not_analyzed = judgement.not_analyzed
        self._common: dict[str, Any] = {
            "decided_by": DecidedBy.POLICY,
            "dag_id": judgement.dag_id,
            "run_id": judgement.run_id,
            "job_id": job_id,
            "policy": judgement.policy,
            "policy_digest": judgement.policy_digest,
        }

    def iter_flagged(self, outcomes: Outcomes, verdicts: Sequence[Verdict]) -> Iterator[VerdictRow]:
        """
        Return a row for each image that is not allowed.

        A line that names no image has no row, because nothing can be done with it: see :attr:`unnamed`.

        :param verdicts: One for each result, in their order.
        """
        for result, verdict in zip(outcomes.results, verdicts, strict=True):
            if verdict is not ALLOWED and verdict.decision is not Decision.ALLOW:
                detection = result.detection
                model_version = self._model_version or detection.moderation_model_version
                yield self._row(result.source_ref, verdict, model_version, detection.moderation_labels)
        if self._not_analyzed.decision is not Decision.ALLOW:
            for failure in outcomes.failures:
                if failure.uri is None:
                    self.unnamed += failure.lines
                elif failure.is_line:
                    yield self._row(failure.uri, self._not_analyzed, self._model_version)

    def _row(
        self,
        uri: str,
        verdict: Verdict,
        model_version: str | None,
        labels: Sequence[ModerationLabel] = (),
    ) -> VerdictRow:
        listed = self._listed.get(uri, _UNKNOWN)
        bucket, key = _bucket_and_key(uri)
        return VerdictRow(
            uri=uri,
            bucket=bucket,
            key=key,
            etag=listed.etag,
            size_bytes=listed.size_bytes,
            last_modified=listed.modified_at,
            verdict=verdict.decision,
            rule=verdict.rule,
            labels=tuple([verdict_label(label) for label in labels]),
            confidence=verdict.confidence if verdict.labels else None,
            model_version=model_version,
            **self._common,
        )


def verdict_label(label: ModerationLabel) -> VerdictLabel:
    """Return a label of a result as verdict files have it."""
    return VerdictLabel(label.name, label.parent_name or None, label.taxonomy_level, label.confidence)


def _bucket_and_key(uri: str) -> tuple[str | None, str | None]:
    try:
        parsed = parse_s3_uri(uri)
    except InvalidS3Uri:
        return None, None
    return parsed.bucket, parsed.key
