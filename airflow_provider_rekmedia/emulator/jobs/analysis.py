"""The work of a job: read the manifest, check every image, write results and summary."""

from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.emulator.images.moderation import ImageModerator, encode_moderation
from airflow_provider_rekmedia.emulator.protocol.errors import ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.settings.settings import Settings
from airflow_provider_rekmedia.emulator.storage.object_storage import ObjectName, ObjectUnavailable, Storage

from .job import Failure, FailureCode, Job, Outcome
from .manifest import ImageLine, InvalidLine, check_manifest, iter_lines
from .output_files import ImageError, OutputKeys, encode_results, encode_summary

__all__ = ["JobAnalysis", "JobFailed"]


class JobFailed(Exception):
    """The job ends with the status FAILED."""

    def __init__(self, code: str, message: str) -> None:
        self.failure = Failure(code, message)
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True)
class JobAnalysis:
    """Executes jobs."""

    moderator: ImageModerator

    @property
    def _settings(self) -> Settings:
        return self.moderator.settings

    @property
    def _storage(self) -> Storage:
        return self.moderator.storage

    def run(self, job: Job, *, ended_at: float) -> Outcome:
        """
        Analyze the images of a job, and write its output files.

        :raises JobFailed: the manifest or the output location cannot be used.
        """
        output = job.request["OutputConfig"]
        if not self._storage.has_bucket(job.account_region, output["S3Bucket"]):
            raise _output_failed(output["S3Bucket"])
        results, errors = self._analyze(job, self._read_manifest(job))
        keys = OutputKeys.make(output.get("S3KeyPrefix", ""), job_id=job.job_id, settings=self._settings)
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
            body = self._storage.fetch(job.account_region, name).read()
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
            if isinstance(line, InvalidLine):
                errors.append(
                    ImageError(line.number, ErrorCode.INVALID_MANIFEST, line.reason, line.source_ref)
                )
                continue
            try:
                results.append(self._analyze_image(job, line))
            except ServiceError as error:
                errors.append(ImageError(line.number, error.code, error.message, line.source_ref))
        return results, errors

    def _analyze_image(self, job: Job, line: ImageLine) -> dict[str, Any]:
        config = job.request["OperationsConfig"]["DetectModerationLabels"]
        content = self.moderator.moderate_object(job.account_region, ObjectName(line.bucket, line.key))
        adapter = config.get("ProjectVersion") if self._settings.project_version_in_results else None
        result = encode_moderation(
            content, min_confidence=config.get("MinConfidence"), project_version=adapter
        )
        return {"source-ref": line.source_ref, "detect-moderation-labels": result}

    def _put(self, job: Job, key: str, *, body: bytes) -> None:
        bucket = job.request["OutputConfig"]["S3Bucket"]
        kms_key_id = job.request.get("KmsKeyId")
        try:
            self._storage.put(job.account_region, ObjectName(bucket, key), body=body, kms_key_id=kms_key_id)
        except ObjectUnavailable as error:
            raise _output_failed(bucket) from error


def _output_failed(bucket: str) -> JobFailed:
    return JobFailed(FailureCode.INVALID_OUTPUT_CONFIG, f"The output bucket {bucket} cannot be written.")
