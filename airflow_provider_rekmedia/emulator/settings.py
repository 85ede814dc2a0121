"""Every setting of the emulator: speed, quotas, rules; the switches are inherited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from .rules import Rule
from .switches import Switches, documented

__all__ = ["BULK_OPERATIONS", "DOCUMENTED_TPS", "OPERATIONS", "Settings"]

BULK_OPERATIONS: Final = ("StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs")
OPERATIONS: Final = (*BULK_OPERATIONS, "DetectModerationLabels")

#: AWS's default quotas in us-east-1, calls per second.
#: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
DOCUMENTED_TPS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "StartMediaAnalysisJob": 5.0,
        "GetMediaAnalysisJob": 20.0,
        "ListMediaAnalysisJobs": 5.0,
        "DetectModerationLabels": 50.0,
    }
)


@dataclass(frozen=True, kw_only=True)
class Settings(Switches):
    """
    What an emulator is started with.

    A job lasts ``created_s + queued_s + in_progress_s`` seconds, whatever its size. Make a changed copy with
    ``dataclasses.replace``.
    """

    created_s: float = documented(0.3, "seconds for which a job is CREATED")
    queued_s: float = documented(0.7, "seconds for which a job is QUEUED")
    in_progress_s: float = documented(2.0, "seconds for which a job is IN_PROGRESS")
    by_hand: bool = documented(default=False, text="jobs advance only when told to, never by time")
    max_active_jobs: int | None = documented(
        None, "concurrent jobs per account and region; none is AWS's default: 20 or 5, by region"
    )
    max_manifest_lines: int = documented(10_000, "lines in a manifest, AWS's limit")
    max_manifest_bytes: int = documented(50 * 1024 * 1024, "bytes in a manifest, AWS's limit")
    adapters: tuple[str, ...] | None = documented(
        None, "ARNs of the adapters (ProjectVersion) that exist; none is any"
    )
    tps: Mapping[str, float] = field(
        default_factory=dict, metadata={"help": "calls per second by operation; no entry is no limit"}
    )
    rules: tuple[Rule, ...] = documented((), "which images show what; see the rules file")
