"""Parses the argument ``job``: the output of an operator, a job id, or the uri of a results file."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import parse_optional
from airflow_provider_rekmedia.core.errors import InvalidJob
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

from .job import PER_IMAGE_ID_PREFIX, Engine, Job, JobStatus, decode_job, is_job_id

__all__ = ["distinct_jobs", "parse_job_reference"]

#: The names that AWS and the per-image engine give to results. Another name has no id: two folders may have
#: files of the same name.
#: (unknown: job-id-format)
_RESULTS_NAME: Final = re.compile(rf"([0-9a-f]{{64}}|{PER_IMAGE_ID_PREFIX}[0-9a-f]{{40}})-results\.jsonl")
_ID_CHARS: Final = 64
_DIGEST_CHARS: Final = 16


def parse_job_reference(value: Any) -> Job | str:
    """
    Parse a job, a job id, or the uri of a results file.

    :param value: The dict that an operator returned; an id of 1 to 64 characters of ``[a-zA-Z0-9_-]``; or the
        ``s3://`` uri of a results file. Of such a job, only the results are known.
    :return: The job, or the id if only the id is known.
    :raises InvalidJob: The value is none of these.
    :raises InvalidS3Uri: The value starts with ``s3://``, but is not the uri of an object.
    """
    if parse_optional(value) is None:
        problem = "it has no value; did the task that starts the job push its result?"
        raise InvalidJob(value=value, problem=problem)
    if isinstance(value, Mapping):
        return decode_job(value)
    if isinstance(value, str) and value.lstrip().startswith("{"):
        problem = (
            "it is a job rendered to text; pass the task's output (job=start.output) instead of a template, "
            "or set render_template_as_native_obj on the Dag"
        )
        raise InvalidJob(value=value, problem=problem)
    if isinstance(value, str) and value.startswith("s3://"):
        return _results_only_job(parse_s3_uri(value))
    if is_job_id(value):
        return value
    raise InvalidJob(
        value=value, problem="it is neither a dict nor 1 to 64 letters, digits, hyphens, underscores"
    )


def distinct_jobs(jobs: Iterable[Job]) -> list[Job]:
    """
    Remove duplicates, and keep the order.

    :return: One job per id. Of a job and its results file, the job.
    """
    by_id: dict[str, Job] = {}
    for job in jobs:
        known = by_id.get(job.job_id)
        if known is None or known.is_results_only:
            by_id[job.job_id] = job
    return list(by_id.values())


def _results_only_job(uri: S3Uri) -> Job:
    name = uri.key.rpartition("/")[2]
    match = _RESULTS_NAME.fullmatch(name)
    job_id = match[1] if match else _derived_id(uri, name)
    engine = Engine.PER_IMAGE if match and job_id.startswith(PER_IMAGE_ID_PREFIX) else Engine.BULK
    return Job(job_id=job_id, engine=engine, status=JobStatus.SUCCEEDED, results_uri=str(uri))


def _derived_id(uri: S3Uri, name: str) -> str:
    readable = re.sub(r"[^a-zA-Z0-9_-]+", "-", name.removesuffix(".jsonl").removesuffix("-results"))
    # The uri may contain a lone surrogate, which strict UTF-8 refuses.
    digest = hashlib.sha256(str(uri).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARS]
    return f"{readable[: _ID_CHARS - 1 - _DIGEST_CHARS] or 'results'}-{digest}"
