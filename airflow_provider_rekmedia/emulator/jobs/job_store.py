"""The jobs of one emulator, and the tokens that started them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from airflow_provider_rekmedia.emulator.protocol.errors import MESSAGES, ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion

from .job import Job
from .schedule import Schedule

__all__ = ["JobStore"]

#: https://docs.aws.amazon.com/rekognition/latest/dg/to-process-images-in-bulk.html
_RETENTION_S: Final = 365 * 24 * 3600.0


@dataclass(frozen=True)
class _TokenUse:
    job: Job
    used_at: float


class JobStore:
    """Jobs of all accounts and regions. Not thread-safe: the caller holds the state's lock."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._token_uses: dict[tuple[AccountRegion, str], _TokenUse] = {}

    def add(
        self, account_region: AccountRegion, request: Mapping[str, Any], *, schedule: Schedule, now: float
    ) -> Job:
        """
        Add a new job, and remember its token if it has one.

        :param request: the content of the request, with the token.
        """
        job = Job(
            job_id=secrets.token_hex(32),
            sequence=len(self._jobs) + 1,
            account_region=account_region,
            request=_without_token(request),
            created_at=now,
            schedule=schedule,
        )
        self._jobs.append(job)
        if token := request.get("ClientRequestToken"):
            self._token_uses[account_region, token] = _TokenUse(job, used_at=now)
        return job

    def find_by_token(
        self,
        account_region: AccountRegion,
        request: Mapping[str, Any],
        *,
        now: float,
        lifetime_s: float | None,
    ) -> Job | None:
        """
        Find the job that an earlier request with the same token started.

        :param lifetime_s: seconds until a token can be reused; ``None`` means never.
        :raises ServiceError: the earlier request was different.
        """
        token = request.get("ClientRequestToken", "")
        use = self._token_uses.get((account_region, token))
        if use is None or (lifetime_s is not None and now - use.used_at > lifetime_s):
            return None
        if use.job.request != _without_token(request):
            code = ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH
            raise ServiceError(code, MESSAGES[code].format(token=token))
        return use.job

    def find(self, account_region: AccountRegion, job_id: str, *, now: float) -> Job:
        """
        Find a job by its id.

        :raises ServiceError: ResourceNotFoundException; jobs are kept for one year.
        """
        for job in self.list_newest_first(account_region, now=now):
            if job.job_id == job_id:
                return job
        raise ServiceError(ErrorCode.RESOURCE_NOT_FOUND)

    def list_newest_first(self, account_region: AccountRegion, *, now: float) -> list[Job]:
        """List the jobs of an account and region, newest first, as ListMediaAnalysisJobs does."""
        return [
            job
            for job in reversed(self._jobs)
            if job.account_region == account_region and now - job.created_at <= _RETENTION_S
        ]

    def list_all(self) -> list[Job]:
        """List all jobs of all accounts and regions, oldest first."""
        return list(self._jobs)


def _without_token(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name != "ClientRequestToken"}
