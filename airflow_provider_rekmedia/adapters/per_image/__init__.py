"""Calls DetectModerationLabels, and stores the files of a per-image job."""
