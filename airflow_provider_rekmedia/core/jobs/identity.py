"""Who asks for a job, and the token under which AWS answers the same request with the same job."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from .job import PER_IMAGE_ID_PREFIX

__all__ = [
    "TaskIdentity",
    "default_job_name",
    "fingerprint",
    "per_image_job_id",
    "readable_key",
    "request_token",
]

_JOB_NAME_MAX = 64
_DIGEST_IN_NAME = 8
_NAME_IN_KEY_MAX = 190
_DIGEST_IN_ID = 40


@dataclass(frozen=True, slots=True)
class TaskIdentity:
    """
    The task instance that submits. The try number is no part of it: a retry is the same asker.

    :param map_index: 0-based index of a mapped task; -1 when it is not mapped.
    """

    dag_id: str
    run_id: str
    task_id: str
    map_index: int

    @property
    def digest(self) -> str:
        """64 hexadecimal digits, different for any two identities, whatever characters their ids have."""
        return _digest(astuple(self))


def fingerprint(request: Mapping[str, Any], *, content: str, route: str) -> str:
    """
    Digest what is asked for.

    :param request: Every member of the StartMediaAnalysisJob request but the token.
    :param content: What pins the manifest's bytes: its ETag or version.
    :param route: Through which connection and region the request goes; another account is another request.
    :return: 64 hexadecimal digits.
    """
    return _digest([request, content, route])


def request_token(identity: TaskIdentity, fingerprint: str, generation: int) -> str:
    """
    Derive the ClientRequestToken.

    :param fingerprint: Of the request.
    :param generation: 0 for a task's first job; one more for each job that ended FAILED or was asked to be
        redone.
    :return: 64 hexadecimal digits, the longest token that AWS takes.
    """
    return _digest([identity.digest, fingerprint, generation])


def per_image_job_id(identity: TaskIdentity, fingerprint: str, generation: int) -> str:
    """
    Name a job; AWS's ids are 64 hexadecimal digits, so none is taken for another.

    :param generation: As for :func:`request_token`.
    """
    digest = hashlib.sha256(f"{identity.digest}{fingerprint}{generation}".encode()).hexdigest()
    return f"{PER_IMAGE_ID_PREFIX}{digest[:_DIGEST_IN_ID]}"


def default_job_name(identity: TaskIdentity) -> str:
    """
    Name a job so that a person finds it in AWS's console.

    It has the dag, task and run as far as they fit, and eight digits that tell any two apart.

    :return: 1 to 64 characters of ``[a-zA-Z0-9_.-]``.
    """
    name = _plain(f"{identity.dag_id}-{identity.task_id}{_mapped(identity)}-{identity.run_id}")
    return f"{name[: _JOB_NAME_MAX - _DIGEST_IN_NAME - 1]}-{identity.digest[:_DIGEST_IN_NAME]}"


def readable_key(identity: TaskIdentity) -> str:
    """
    Name what a task instance writes: ``dag/task/run`` in plain characters, with the index of a mapped task.

    Eight digits at the end tell any two apart whose names become the same.

    :return: Part of an S3 key, of ``[a-zA-Z0-9_.-]`` and two slashes; at most 600 bytes.
    """
    dag, task, run = (
        _plain(name)[:_NAME_IN_KEY_MAX] for name in (identity.dag_id, identity.task_id, identity.run_id)
    )
    return f"{dag}/{task}{_mapped(identity)}/{run}-{identity.digest[:_DIGEST_IN_NAME]}"


def _mapped(identity: TaskIdentity) -> str:
    return f"-{identity.map_index}" if identity.map_index >= 0 else ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_.-]+", "-", name)


def _digest(value: Any) -> str:
    # JSON quotes what separates the parts, so that no two values can run together into one text.
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
