"""The jobs of a world, the tokens they were started with, and how they are looked up."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .errors import MESSAGES, Code, ServiceError
from .job import Job
from .lifecycle import Schedule
from .wire import Place

__all__ = ["JobBook"]

#: https://docs.aws.amazon.com/rekognition/latest/dg/to-process-images-in-bulk.html
_RETENTION_S: Final = 365 * 24 * 3600.0


@dataclass(frozen=True)
class _TokenUse:
    job: Job
    used_at: float


class JobBook:
    """Jobs by account and region. Not thread-safe: whoever holds it holds the world's lock."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._uses: dict[tuple[Place, str], _TokenUse] = {}

    def add(self, place: Place, request: Mapping[str, Any], *, schedule: Schedule, now: float) -> Job:
        """
        Start a job, and remember its token when it came with one.

        :param request: as it was asked, token included.
        """
        job = Job(
            job_id=secrets.token_hex(32),
            sequence=len(self._jobs) + 1,
            place=place,
            request=_without_token(request),
            created_at=now,
            schedule=schedule,
        )
        self._jobs.append(job)
        if token := request.get("ClientRequestToken"):
            self._uses[place, token] = _TokenUse(job, used_at=now)
        return job

    def replay(
        self, place: Place, request: Mapping[str, Any], *, now: float, lifetime_s: float | None
    ) -> Job | None:
        """
        Find the job that this very request started before.

        :param lifetime_s: how long tokens are remembered; ``None`` is for ever.
        :raises ServiceError: the token was used for another request.
        """
        token = request.get("ClientRequestToken", "")
        use = self._uses.get((place, token))
        if use is None or (lifetime_s is not None and now - use.used_at > lifetime_s):
            return None
        if use.job.request != _without_token(request):
            code = Code.IDEMPOTENT_PARAMETER_MISMATCH
            raise ServiceError(code, MESSAGES[code].format(token=token))
        return use.job

    def find(self, place: Place, job_id: str, *, now: float) -> Job:
        """
        Find a job by its id.

        :raises ServiceError: ResourceNotFoundException; jobs are forgotten after a year.
        """
        for job in self.newest_first(place, now=now):
            if job.job_id == job_id:
                return job
        raise ServiceError(Code.RESOURCE_NOT_FOUND)

    def newest_first(self, place: Place, *, now: float) -> list[Job]:
        """List the jobs of an account and region, as List orders them."""
        return [
            job for job in reversed(self._jobs) if job.place == place and now - job.created_at <= _RETENTION_S
        ]

    def everywhere(self) -> list[Job]:
        """List all jobs, oldest first."""
        return list(self._jobs)


def _without_token(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name != "ClientRequestToken"}
