"""A job's work: read the manifest, look at every image, write results and summary."""

from dataclasses import dataclass
from typing import Any

from .errors import Code, ServiceError
from .job import Failure, FailureCode, Job, Outcome
from .manifest import BadLine, ImageLine, check_manifest, iter_lines
from .moderation import Moderator, answer_for
from .outputs import ImageError, OutputKeys, encode_results, encode_summary
from .settings import Settings
from .storage import ObjectName, ObjectUnavailable, Storage

__all__ = ["Analyst", "JobFailed"]


class JobFailed(Exception):
    """The job ends FAILED."""

    def __init__(self, code: str, message: str) -> None:
        self.failure = Failure(code, message)
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True)
class Analyst:
    """Does the work of jobs."""

    moderator: Moderator

    @property
    def _settings(self) -> Settings:
        return self.moderator.settings

    @property
    def _storage(self) -> Storage:
        return self.moderator.storage

    def run(self, job: Job, *, ended_at: float) -> Outcome:
        """
        Do a job's work, and write its files.

        :raises JobFailed: the manifest or the output cannot be used.
        """
        output = job.request["OutputConfig"]
        if not self._storage.has_bucket(job.place, output["S3Bucket"]):
            raise JobFailed(
                FailureCode.INVALID_OUTPUT_CONFIG, f"The output bucket {output['S3Bucket']} cannot be used."
            )
        results, errors = self._analyze(job, self._read_manifest(job))
        keys = OutputKeys.choose(output.get("S3KeyPrefix", ""), job_id=job.job_id, settings=self._settings)
        summary = encode_summary(errors, valid=len(results), settings=self._settings)
        self._put(job, keys.results, body=encode_results(results, seed=job.job_id, settings=self._settings))
        self._put(job, keys.summary, body=summary)
        return Outcome(
            completed_at=ended_at,
            results_key=keys.results,
            summary_key=keys.summary,
            images_billed=len(results),
        )

    def _read_manifest(self, job: Job) -> bytes:
        source = job.request["Input"]["S3Object"]
        name = ObjectName(source["Bucket"], source["Name"], source.get("Version"))
        try:
            body = self._storage.fetch(job.place, name).read()
        except ObjectUnavailable as error:
            raise JobFailed(FailureCode.INVALID_S3_OBJECT, "The manifest cannot be read.") from error
        try:
            check_manifest(body, self._settings)
        except ServiceError as error:
            raise JobFailed(FailureCode.INVALID_MANIFEST, error.message) from error
        return body

    def _analyze(self, job: Job, manifest: bytes) -> tuple[list[dict[str, Any]], list[ImageError]]:
        results: list[dict[str, Any]] = []
        errors: list[ImageError] = []
        for line in iter_lines(manifest, self._settings):
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
        sight = self.moderator.look(job.place, ObjectName(line.bucket, line.key))
        named = config.get("ProjectVersion") if self._settings.project_version_in_results else None
        answer = answer_for(sight, min_confidence=config.get("MinConfidence"), project_version=named)
        return {"source-ref": line.source_ref, "detect-moderation-labels": answer}

    def _put(self, job: Job, key: str, *, body: bytes) -> None:
        bucket = job.request["OutputConfig"]["S3Bucket"]
        try:
            self._storage.put(
                job.place, ObjectName(bucket, key), body=body, kms_key_id=job.request.get("KmsKeyId")
            )
        except ObjectUnavailable as error:
            raise JobFailed(
                FailureCode.INVALID_OUTPUT_CONFIG, f"The output bucket {bucket} cannot be written."
            ) from error
