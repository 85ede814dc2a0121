"""What a user hands on as a job: what an operator returned, or a bare job id."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import InvalidJob
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

from .job import PER_IMAGE_ID_PREFIX, Engine, Job, JobStatus, decode_job, is_job_id

__all__ = ["distinct_jobs", "parse_job_reference"]

#: As AWS's documents and the per-image engine name results. Names of the user's own are no ids: two folders
#: may have the same.
_NAMED_BY_ITS_JOB: Final = re.compile(rf"([0-9a-f]{{64}}|{PER_IMAGE_ID_PREFIX}[0-9a-f]{{40}})-results\.jsonl")
_ID_CHARS: Final = 64
_DIGEST_CHARS: Final = 16


def parse_job_reference(value: Any) -> Job | str:
    """
    Tell a job from a job id.

    :param value: The dict that an operator returned; or an id of 1 to 64 characters of
        ``[a-zA-Z0-9_-]``; or the ``s3://`` uri of a results file, which is a job of which nothing else
        is known.
    :return: The job, when it is one; the id, when all that is known is the id.
    :raises InvalidJob: It is none of them.
    :raises InvalidS3Uri: It begins like a uri and is none.
    """
    if isinstance(value, Mapping):
        return decode_job(value)
    if isinstance(value, str) and value.lstrip().startswith("{"):
        problem = (
            "it is a job rendered to text; pass the task's output (job=start.output) instead of a template, "
            "or set render_template_as_native_obj on the Dag"
        )
        raise InvalidJob(value=value, problem=problem)
    if isinstance(value, str) and value.startswith("s3://"):
        return _job_of_results(parse_s3_uri(value))
    if is_job_id(value):
        return value
    raise InvalidJob(
        value=value, problem="it is neither a dict nor 1 to 64 letters, digits, hyphens, underscores"
    )


def distinct_jobs(jobs: Iterable[Job]) -> list[Job]:
    """
    Take each job once, in the order in which they are given.

    :return: Of a job and its results file, which have the same id, the job.
    """
    found: dict[str, Job] = {}
    for job in jobs:
        known = found.get(job.job_id)
        if known is None or known.is_results_only:
            found[job.job_id] = job
    return list(found.values())


def _job_of_results(uri: S3Uri) -> Job:
    name = uri.key.rpartition("/")[2]
    named = _NAMED_BY_ITS_JOB.fullmatch(name)
    job_id = named[1] if named else _id_of_its_own(uri, name)
    engine = Engine.PER_IMAGE if named and job_id.startswith(PER_IMAGE_ID_PREFIX) else Engine.BULK
    return Job(job_id=job_id, engine=engine, status=JobStatus.SUCCEEDED, results_uri=str(uri))


def _id_of_its_own(uri: S3Uri, name: str) -> str:
    told = re.sub(r"[^a-zA-Z0-9_-]+", "-", name.removesuffix(".jsonl").removesuffix("-results"))
    # What a user gives may hold a lone surrogate, which strict UTF-8 refuses.
    digest = hashlib.sha256(str(uri).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARS]
    return f"{told[: _ID_CHARS - 1 - _DIGEST_CHARS] or 'results'}-{digest}"
