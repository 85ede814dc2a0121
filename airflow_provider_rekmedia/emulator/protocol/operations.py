"""The Rekognition operations that the emulator serves."""

from typing import Final

__all__ = ["BULK_OPERATIONS", "OPERATIONS"]

BULK_OPERATIONS: Final = ("StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs")
OPERATIONS: Final = (*BULK_OPERATIONS, "DetectModerationLabels")
