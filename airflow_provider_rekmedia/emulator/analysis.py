"""A job's work: read the manifest, look at every image, write results and summary."""

from dataclasses import dataclass
from typing import Any

from .errors import Code, ServiceError
from .images import ImageChecks
from .job import Failure, FailureCode, Job, Outcome
from .manifest import BadLine, ImageLine, check_manifest, iter_lines
from .moderation import answer_for, look_at_object
from .outputs import ImageError, OutputKeys, encode_results, encode_summary
from .settings import Settings
from .storage import ObjectUnavailable, Storage

__all__ = ["Analyst", "JobFailed"]


class JobFailed(Exception):
    """The job ends FAILED."""

    def __init__(self, code: str, message: str) -> None:
        self.failure = Failure(code, message)
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True)
class Analyst:
    """Does the work of jobs with what the world has."""

    storage: Storage
    checks: ImageChecks
    settings: Settings

    def run(self, job: Job, *, ended_at: float) -> Outcome:
        """
        Do a job's work, and write its files.

        :raises JobFailed: the manifest or the output cannot be used.
        """
        output = job.request["OutputConfig"]
        if not self.storage.has_bucket(job.place, output["S3Bucket"]):
            raise JobFailed(
                FailureCode.INVALID_OUTPUT_CONFIG, f"The output bucket {output['S3Bucket']} cannot be used."
            )
        results, errors = self._analyze(job, self._read_manifest(job))
        keys = OutputKeys.choose(output.get("S3KeyPrefix", ""), job.job_id, self.settings)
        self._put(job, keys.results, encode_results(results, job.job_id, self.settings))
        self._put(job, keys.summary, encode_summary(errors, valid=len(results), settings=self.settings))
        return Outcome(
            completed_at=ended_at,
            results_key=keys.results,
            summary_key=keys.summary,
            images_billed=len(results),
        )

    def _read_manifest(self, job: Job) -> bytes:
        source = job.request["Input"]["S3Object"]
        try:
            body = self.storage.fetch(
                job.place, source["Bucket"], source["Name"], source.get("Version")
            ).read()
        except ObjectUnavailable as error:
            raise JobFailed(FailureCode.INVALID_S3_OBJECT, "The manifest cannot be read.") from error
        try:
            check_manifest(body, self.settings)
        except ServiceError as error:
            raise JobFailed(FailureCode.INVALID_MANIFEST, error.message) from error
        return body

    def _analyze(self, job: Job, manifest: bytes) -> tuple[list[dict[str, Any]], list[ImageError]]:
        results: list[dict[str, Any]] = []
        errors: list[ImageError] = []
        for line in iter_lines(manifest, self.settings):
            if isinstance(line, BadLine):
                errors.append(ImageError(line.number, Code.INVALID_MANIFEST, line.reason, line.source_ref))
                continue
            try:
                results.append(self._analyze_image(job, line))
            except ServiceError as error:
                errors.append(ImageError(line.number, error.code, error.message, line.source_ref))
        return results, errors

    def _analyze_image(self, job: Job, line: ImageLine) -> dict[str, Any]:
        config = job.request["OperationsConfig"]["DetectModerationLabels"]
        sight = look_at_object(
            self.storage, self.checks, self.settings, place=job.place, bucket=line.bucket, key=line.key
        )
        named = config.get("ProjectVersion") if self.settings.project_version_in_results else None
        answer = answer_for(sight, min_confidence=config.get("MinConfidence"), project_version=named)
        return {"source-ref": line.source_ref, "detect-moderation-labels": answer}

    def _put(self, job: Job, key: str, body: bytes) -> None:
        bucket = job.request["OutputConfig"]["S3Bucket"]
        try:
            self.storage.put(job.place, bucket, key, body, kms_key_id=job.request.get("KmsKeyId"))
        except ObjectUnavailable as error:
            raise JobFailed(
                FailureCode.INVALID_OUTPUT_CONFIG, f"The output bucket {bucket} cannot be written."
            ) from error
