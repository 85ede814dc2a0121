"""One job: what was asked for, how far it is, and how it ended."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .labels import MODEL_VERSION
from .lifecycle import ACTIVE, Schedule
from .wire import Place

__all__ = ["Failure", "FailureCode", "Job", "Outcome"]


class FailureCode(StrEnum):
    """Why jobs fail here; the service's model has more, which only a fault brings about."""

    INTERNAL_ERROR = "INTERNAL_ERROR"
    INVALID_MANIFEST = "INVALID_MANIFEST"
    INVALID_OUTPUT_CONFIG = "INVALID_OUTPUT_CONFIG"
    INVALID_S3_OBJECT = "INVALID_S3_OBJECT"


@dataclass(frozen=True)
class Failure:
    """Why a job failed: a code of the service's model, and a text; AWS publishes no texts."""

    code: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """
    How a job ended.

    :param failure: ``None`` when it succeeded.
    :param results_key: where the results lie in the output bucket; empty when it failed.
    :param images_billed: images that were processed successfully.
    """

    completed_at: float
    failure: Failure | None = None
    results_key: str = ""
    summary_key: str = ""
    images_billed: int = 0


@dataclass(eq=False)
class Job:
    """
    A job of one account and region; ``outcome`` is set once, under ``settling``.

    :param sequence: counts the jobs of a world; breaks ties of the clock.
    :param request: as it was asked, without the token.
    :param planned_failure: the end that a fault has in store for it.
    """

    job_id: str
    sequence: int
    place: Place
    request: Mapping[str, Any]
    created_at: float
    schedule: Schedule
    planned_failure: Failure | None = None
    skipped_s: float = 0.0
    outcome: Outcome | None = None
    settling: threading.Lock = field(default_factory=threading.Lock)

    def stage(self, now: float) -> str | None:
        """Name the state before the end, or ``None`` at the end."""
        return self.schedule.stage(self._elapsed_s(now))

    def is_active(self, now: float, *, queued_count: bool) -> bool:
        """Whether the job takes one of the account's concurrent jobs."""
        stage = self.stage(now)
        return stage is not None and (queued_count or ACTIVE[stage])

    def skip(self, now: float, *, to_end: bool) -> None:
        """Advance by hand, to the next state or to the end; at the end nothing moves."""
        elapsed = self._elapsed_s(now)
        left = self.schedule.total_s - elapsed if to_end else self.schedule.to_next_stage_s(elapsed)
        self.skipped_s += max(0.0, left)

    def ended_at(self, now: float) -> float:
        """When the job reached its end, which may be before anybody looked."""
        return now if self.schedule.by_hand else now - (self._elapsed_s(now) - self.schedule.total_s)

    def describe(self, now: float) -> dict[str, Any]:
        """Encode the job as Get and List answer it."""
        echoed = ("JobName", "OperationsConfig", "Input", "OutputConfig", "KmsKeyId")
        description: dict[str, Any] = {
            "JobId": self.job_id,
            "CreationTimestamp": round(self.created_at, 3),
            **{name: self.request[name] for name in echoed if name in self.request},
        }
        if self.outcome is None:
            # An outcome is written just after the end: until then the job is still at work.
            return description | {"Status": self.stage(now) or "IN_PROGRESS"}
        return description | self._describe_end(self.outcome)

    def _describe_end(self, outcome: Outcome) -> dict[str, Any]:
        end: dict[str, Any] = {"CompletionTimestamp": round(outcome.completed_at, 3)}
        if outcome.failure is not None:
            details = {"Code": outcome.failure.code, "Message": outcome.failure.message}
            return end | {"Status": "FAILED", "FailureDetails": details}
        bucket = self.request["OutputConfig"]["S3Bucket"]
        return end | {
            "Status": "SUCCEEDED",
            "Results": {
                "S3Object": {"Bucket": bucket, "Name": outcome.results_key},
                "ModelVersions": {"Moderation": MODEL_VERSION},
            },
            "ManifestSummary": {"S3Object": {"Bucket": bucket, "Name": outcome.summary_key}},
        }

    def _elapsed_s(self, now: float) -> float:
        return self.schedule.elapsed_s(created_at=self.created_at, skipped_s=self.skipped_s, now=now)
