"""All settings of the emulator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Final, Literal

from msgspec import Meta

from .denied_access import DeniedAccess
from .rules import Rule
from .undocumented_behavior import Seconds, UndocumentedBehavior, setting

__all__ = ["DOCUMENTED_TPS", "Settings"]

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

_Count = Annotated[int, Meta(ge=0)]
_Operation = Literal[
    "StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs", "DetectModerationLabels"
]


@dataclass(frozen=True, kw_only=True)
class Settings(UndocumentedBehavior):
    """
    The settings of an emulator.

    A job lasts ``created_s + queued_s + in_progress_s`` seconds, independent of its size. Make a changed copy
    with ``dataclasses.replace``.
    """

    created_s: Seconds = setting(0.3, "seconds that a job is CREATED")
    queued_s: Seconds = setting(0.7, "seconds that a job is QUEUED")
    in_progress_s: Seconds = setting(2.0, "seconds that a job is IN_PROGRESS")
    by_hand: bool = setting(default=False, text="jobs change state only when a test advances them")
    max_active_jobs: _Count | None = setting(
        None, "concurrent jobs per account and region; none means AWS's default: 20 or 5, by region"
    )
    max_manifest_lines: _Count = setting(10_000, "lines in a manifest, AWS's limit")
    max_manifest_bytes: _Count = setting(50 * 1024 * 1024, "bytes in a manifest, AWS's limit")
    adapters: tuple[str, ...] | None = setting(
        None, "ARNs of the adapters (ProjectVersion) that exist; none means that every ARN exists"
    )
    tps: Mapping[_Operation, Seconds] = field(
        default_factory=dict, metadata={"help": "calls per second by operation; no entry means no limit"}
    )
    rules: tuple[Rule, ...] = setting((), "the labels of images; see the rules file")
    denied_access: tuple[DeniedAccess, ...] = setting((), "permissions that the caller does not have")
