"""The identity of a task instance, and the tokens, ids and names that are derived from it."""

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
    The task instance that submits. The try number is not part of it, so a retry has the same identity.

    :param map_index: 0-based index of a mapped task; -1 if the task is not mapped.
    """

    dag_id: str
    run_id: str
    task_id: str
    map_index: int

    @property
    def digest(self) -> str:
        """64 hexadecimal digits that differ for any two identities."""
        return _digest(astuple(self))


def fingerprint(request: Mapping[str, Any], *, content: str, route: str) -> str:
    """
    Return a digest of a request.

    :param request: All members of the StartMediaAnalysisJob request, except the token.
    :param content: The ETag or version of the manifest.
    :param route: The connection and the region. The same request to another account is another request.
    :return: 64 hexadecimal digits.
    """
    return _digest([request, content, route])


def request_token(identity: TaskIdentity, fingerprint: str, generation: int) -> str:
    """
    Derive the ClientRequestToken. AWS answers the same request with the same token by the same job.

    :param fingerprint: The :func:`fingerprint` of the request.
    :param generation: 0 for the first job of a task, and one more for each next job.
    :return: 64 hexadecimal digits, the longest token that AWS accepts.
    """
    return _digest([identity.digest, fingerprint, generation])


def per_image_job_id(identity: TaskIdentity, fingerprint: str, generation: int) -> str:
    """
    Derive the id of a per-image job. It never equals an id of AWS, which is 64 hexadecimal digits.

    :param generation: As for :func:`request_token`.
    """
    digest = hashlib.sha256(f"{identity.digest}{fingerprint}{generation}".encode()).hexdigest()
    return f"{PER_IMAGE_ID_PREFIX}{digest[:_DIGEST_IN_ID]}"


def default_job_name(identity: TaskIdentity) -> str:
    """
    Derive a job name that a person can find in the AWS console.

    The name has the dag, task and run as far as they fit, and eight digits that make it unique.

    :return: 1 to 64 characters of ``[a-zA-Z0-9_.-]``.
    """
    name = _plain(f"{identity.dag_id}-{identity.task_id}{_map_suffix(identity)}-{identity.run_id}")
    return f"{name[: _JOB_NAME_MAX - _DIGEST_IN_NAME - 1]}-{identity.digest[:_DIGEST_IN_NAME]}"


def readable_key(identity: TaskIdentity) -> str:
    """
    Derive the key of the files of a task instance: ``dag/task/run``, with the index of a mapped task.

    Characters outside ``[a-zA-Z0-9_.-]`` are replaced, so eight digits at the end make the key unique.

    :return: Part of an S3 key, of ``[a-zA-Z0-9_.-]`` and two slashes; at most 600 bytes.
    """
    dag, task, run = (
        _plain(name)[:_NAME_IN_KEY_MAX] for name in (identity.dag_id, identity.task_id, identity.run_id)
    )
    return f"{dag}/{task}{_map_suffix(identity)}/{run}-{identity.digest[:_DIGEST_IN_NAME]}"


def _map_suffix(identity: TaskIdentity) -> str:
    return f"-{identity.map_index}" if identity.map_index >= 0 else ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_.-]+", "-", name)


def _digest(value: Any) -> str:
    # JSON quotes the separators, so two different values never give the same text.
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
