"""One per-image job for a task instance, whatever happens between its tries."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import (
    InvalidArgument,
    InvalidJob,
    ObjectUnreadable,
    RekmediaError,
    ServiceError,
    UnreadableRecord,
    WrongRegion,
)
from airflow_provider_rekmedia.core.images.manifest import MANIFEST_MAX_IMAGES, decode_manifest_line
from airflow_provider_rekmedia.core.jobs.identity import per_image_job_id
from airflow_provider_rekmedia.core.jobs.job import Job, decode_job, encode_job
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.jobs.submission_decision import (
    Attach,
    Start,
    SubmissionRequest,
    next_submission,
)
from airflow_provider_rekmedia.core.jobs.submission_record import (
    SubmissionRecord,
    decode_record,
    encode_record,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.jobs.manifest_checks import check_region

from .per_image.per_image_job import PerImageJob, PerImageOptions

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["moderate_once", "read_lines"]

_LOG = logging.getLogger(__name__)
_JSON: Final = "application/json"
#: How many buckets of images are looked at: one call each.
_MOST_BUCKETS: Final = 50


def read_lines(objects: S3Objects, request: MediaAnalysisRequest, region: str) -> list[str | None]:
    """
    Read a manifest, and check that its images can be where the calls go.

    :return: The uri of each line but the blank ones; ``None`` for a line that has none.
    :raises InvalidArgument: It has more than 10,000 lines, or none.
    :raises WrongRegion: All images are in buckets of another region, as far as the first fifty tell.
    :raises ServiceError: S3 refused.
    """
    lines: list[str | None] = []
    for line in objects.iter_lines(request.manifest, request.manifest_version):
        if line.strip():
            lines.append(decode_manifest_line(line))
        if len(lines) > MANIFEST_MAX_IMAGES:
            problem = "it has more than 10,000 lines; RekognitionCreateManifestOperator splits what is larger"
            raise InvalidArgument(argument="manifest", value=str(request.manifest), problem=problem)
    if not lines:
        problem = "it has no line that is not blank"
        raise InvalidArgument(argument="manifest", value=str(request.manifest), problem=problem)
    buckets = dict.fromkeys(uri.removeprefix("s3://").partition("/")[0] for uri in lines if uri)
    _check_images(objects, list(buckets)[:_MOST_BUCKETS], region)
    return lines


def _check_images(objects: S3Objects, buckets: list[str], region: str) -> None:
    abroad: list[WrongRegion] = []
    for bucket in buckets:
        try:
            check_region(objects, bucket, region)
        except WrongRegion as error:
            abroad.append(error)
        except ServiceError:
            continue  # a bucket that cannot be seen fails its images, one by one
    if abroad and len(abroad) == len(buckets):
        raise abroad[0]
    for where in (each.fields for each in abroad):
        message = "The images in %s will fail: the bucket is in %s, and the calls go to %s"
        _LOG.warning(message, where["bucket"], where["found"], where["region"])


@dataclass(frozen=True, slots=True)
class _Book:
    """
    What a task instance writes down of its job.

    :param folder: Of this task instance, under the output prefix; others pass over its underscore.
    """

    objects: S3Objects
    folder: S3Uri
    kms_key_id: str | None

    def read(self, name: str) -> bytes | None:
        try:
            return self.objects.read(self.folder.join(name))
        except ObjectUnreadable as error:
            if error.code == "NoSuchKey":
                return None
            raise

    def write(self, name: str, body: bytes) -> None:
        self.objects.put(self.folder.join(name), body, _JSON, kms_key_id=self.kms_key_id)

    def read_record(self) -> SubmissionRecord | None:
        body = self.read("record.json")
        return None if body is None else decode_record(body, str(self.folder.join("record.json")))

    def restore(self, record: SubmissionRecord | None) -> None:
        """Put back what was there before this try."""
        if record is None:
            self.objects.delete(self.folder.join("record.json"))
        else:
            self.write("record.json", encode_record(record))

    def read_job(self, job_id: str | None) -> Job | None:
        name = f"{job_id}/job.json"
        body = self.read(name) if job_id else None
        if body is None:
            return None
        try:
            told: Mapping[str, Any] = msgspec.json.decode(body, type=dict[str, Any])
            return decode_job(told)
        except (msgspec.DecodeError, UnicodeDecodeError, InvalidJob) as problem:
            raise UnreadableRecord(uri=str(self.folder.join(name)), problem=problem) from problem


def moderate_once(
    asked: SubmissionRequest,
    request: MediaAnalysisRequest,
    lines: list[str | None],
    *,
    client: "RekognitionClient",
    objects: S3Objects,
    effort: PerImageOptions,
) -> Job:
    """
    Do the asked job, go on with what an earlier try left, or give back what it finished.

    :param lines: As :func:`read_lines` gives them.
    :raises AdapterExpired: See :meth:`PerImageJob.run`.
    :raises RequestChanged: The task has a job for another request.
    :raises ServiceError: AWS refused; what was done is kept for the next try.
    :raises UnreadableRecord: What an earlier try wrote down is damaged; nothing was called.
    """
    folder = request.output.join(f"_rekmedia/per_image/{asked.identity.digest}/")
    book = _Book(objects, folder, request.kms_key_id)
    before = book.read_record()
    decision = next_submission(asked, before, book.read_job(before.job_id if before else None))
    if isinstance(decision, Attach):
        return decision.job
    record = _intent(asked, decision, before)
    if record != before:
        book.write("record.json", encode_record(record))
    job_id = record.token
    parts = folder.join(f"{job_id}/parts/")
    work = PerImageJob(
        job_id,
        request,
        client=client,
        objects=objects,
        folder=parts,
        created_at=record.written_at,
    )
    try:
        job = work.run(lines, effort)
    except RekmediaError:
        if next(objects.iter_objects(parts), None) is None:
            book.restore(before)  # nothing was done, so a corrected request is no change
        raise
    book.write(f"{job_id}/job.json", msgspec.json.encode(encode_job(job)))
    return job


def _intent(asked: SubmissionRequest, decision: Start, before: SubmissionRecord | None) -> SubmissionRecord:
    if before and decision.may_exist:
        # This clear goes on with the job: when it is finished, the same clear asks for no other.
        return msgspec.structs.replace(before, clears=asked.clears)
    job_id = per_image_job_id(asked.identity, asked.fingerprint, decision.generation)
    return SubmissionRecord(
        fingerprint=asked.fingerprint,
        request=asked.request,
        clears=asked.clears,
        generation=decision.generation,
        token=job_id,
        written_at=datetime.now(UTC),
        replaces=before.job_id if before else None,
        job_id=job_id,
    )
