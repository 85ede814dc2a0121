"""What a user hands on as a job: what an operator returned, or a bare job id."""

import re
from collections.abc import Mapping
from typing import Any

from .errors import InvalidJob
from .job import Job, decode_job

__all__ = ["parse_job_reference"]

_JOB_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def parse_job_reference(value: Any) -> Job | str:
    """
    Tell a job from a job id.

    :param value: The dict that an operator returned, or an id of 1 to 64 characters of ``[a-zA-Z0-9_-]``.
    :return: The job, when it is one; the id, when all that is known is the id.
    :raises InvalidJob: It is neither.
    """
    if isinstance(value, Mapping):
        return decode_job(value)
    if isinstance(value, str) and value.lstrip().startswith("{"):
        problem = (
            "it is a job rendered to text; pass the task's output (job=start.output) instead of a template, "
            "or set render_template_as_native_obj on the Dag"
        )
        raise InvalidJob(value=value, problem=problem)
    if isinstance(value, str) and _JOB_ID.fullmatch(value):
        return value
    raise InvalidJob(
        value=value, problem="it is neither a dict nor 1 to 64 letters, digits, hyphens, underscores"
    )
