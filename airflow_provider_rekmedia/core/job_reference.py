"""What a user hands on as a job: what an operator returned, or a bare job id."""

import re
from collections.abc import Mapping
from typing import Any

from .errors import InvalidJob
from .job import Engine, Job, JobStatus, decode_job, is_job_id
from .s3_uri import S3Uri, parse_s3_uri

__all__ = ["parse_job_reference"]


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


def _job_of_results(uri: S3Uri) -> Job:
    name = uri.key.rpartition("/")[2].removesuffix(".jsonl").removesuffix("-results")
    job_id = re.sub(r"[^a-zA-Z0-9_-]+", "-", name)[:64] or "results"
    return Job(job_id=job_id, engine=Engine.BULK, status=JobStatus.SUCCEEDED, results_uri=str(uri))
