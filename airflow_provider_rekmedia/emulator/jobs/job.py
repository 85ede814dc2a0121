"""One job: its request, its state, and how it ended."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from airflow_provider_rekmedia.core.taxonomy import MODEL_VERSION
from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion

from .schedule import ACTIVE, Schedule

__all__ = ["Failure", "FailureCode", "Job", "Outcome"]


class FailureCode(StrEnum):
    """Why a job fails by itself; a fault can cause every code of the service's model."""

    INTERNAL_ERROR = "INTERNAL_ERROR"
    INVALID_MANIFEST = "INVALID_MANIFEST"
    INVALID_OUTPUT_CONFIG = "INVALID_OUTPUT_CONFIG"
    INVALID_S3_OBJECT = "INVALID_S3_OBJECT"


@dataclass(frozen=True)
class Failure:
    """Why a job failed: a code of the service's model, and a message; AWS documents no messages."""

    code: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """
    How a job ended.

    :param failure: ``None`` if the job succeeded.
    :param results_key: key in the output bucket; empty if the job failed.
    :param summary_key: key in the output bucket; empty if the job failed.
    :param images_billed: number of images that were analyzed.
    """

    completed_at: float
    failure: Failure | None = None
    results_key: str = ""
    summary_key: str = ""
    images_billed: int = 0


@dataclass(eq=False)
class Job:
    """
    A job. ``outcome`` is set once, under ``finish_lock``.

    :param sequence: number of the job in its emulator; orders jobs with the same timestamp.
    :param request: the content of the request, without the token.
    :param planned_failure: how the job will fail, because of a fault.
    """

    job_id: str
    sequence: int
    account_region: AccountRegion
    request: Mapping[str, Any]
    created_at: float
    schedule: Schedule
    planned_failure: Failure | None = None
    advanced_s: float = 0.0
    outcome: Outcome | None = None
    finish_lock: threading.Lock = field(default_factory=threading.Lock)

    def stage(self, now: float) -> str | None:
        """Name the state before the end; ``None`` at the end."""
        return self.schedule.stage(self._elapsed_s(now))

    def is_active(self, now: float, *, queued_count: bool) -> bool:
        """Whether the job counts towards the quota of concurrent jobs."""
        stage = self.stage(now)
        return stage is not None and (queued_count or ACTIVE[stage])

    def advance(self, now: float, *, to_end: bool) -> None:
        """Move the job to its next state or to its end; a finished job does not change."""
        elapsed = self._elapsed_s(now)
        remaining = self.schedule.total_s - elapsed if to_end else self.schedule.to_next_stage_s(elapsed)
        self.advanced_s += max(0.0, remaining)

    def ended_at(self, now: float) -> float:
        """Compute when the job reached its end, which may be earlier than now."""
        return now if self.schedule.by_hand else now - (self._elapsed_s(now) - self.schedule.total_s)

    def describe(self, now: float) -> dict[str, Any]:
        """Encode the job as Get and List return it."""
        echoed = ("JobName", "OperationsConfig", "Input", "OutputConfig", "KmsKeyId")
        description: dict[str, Any] = {
            "JobId": self.job_id,
            "CreationTimestamp": round(self.created_at, 3),
            **{name: self.request[name] for name in echoed if name in self.request},
        }
        if self.outcome is None:
            # The outcome is set shortly after the end. Until then the job is still in progress.
            return description | {"Status": self.stage(now) or "IN_PROGRESS"}
        return description | self._describe_outcome(self.outcome)

    def _describe_outcome(self, outcome: Outcome) -> dict[str, Any]:
        description: dict[str, Any] = {"CompletionTimestamp": round(outcome.completed_at, 3)}
        if outcome.failure is not None:
            details = {"Code": outcome.failure.code, "Message": outcome.failure.message}
            return description | {"Status": "FAILED", "FailureDetails": details}
        bucket = self.request["OutputConfig"]["S3Bucket"]
        return description | {
            "Status": "SUCCEEDED",
            "Results": {
                "S3Object": {"Bucket": bucket, "Name": outcome.results_key},
                "ModelVersions": {"Moderation": MODEL_VERSION},
            },
            "ManifestSummary": {"S3Object": {"Bucket": bucket, "Name": outcome.summary_key}},
        }

    def _elapsed_s(self, now: float) -> float:
        return self.schedule.elapsed_s(created_at=self.created_at, advanced_s=self.advanced_s, now=now)
