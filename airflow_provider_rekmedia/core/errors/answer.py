"""Errors of an AWS response, or a file, that this version cannot read."""

from .tree import RekmediaError

__all__ = [
    "FilesMissing",
    "MalformedAnswer",
    "MalformedSummary",
    "UnexpectedAnswer",
    "UnknownEvent",
    "UnknownStatus",
    "UnreadableIndex",
    "UnreadableLedger",
    "UnreadableRecord",
]


class UnexpectedAnswer(RekmediaError):
    """AWS, or a file, said something that we do not know."""


class UnknownStatus(UnexpectedAnswer):
    """A job status outside the documented five."""

    template = (
        "Job {job_id} has the status {status!r}, which this version does not know: upgrade the package."
    )


class MalformedAnswer(UnexpectedAnswer):
    """An answer of the service lacks what it must have."""

    template = (
        "{operation} answered without {missing}, which AWS documents as always there. Is the connection's "
        "endpoint_url that of another service?"
    )


class MalformedSummary(UnexpectedAnswer):
    """The manifest summary cannot be read."""

    template = (
        "The summary {uri} cannot be read: {problem}. Look at the file: the job itself is done and paid for, "
        "and a clear of this task only reads its files again."
    )


class FilesMissing(UnexpectedAnswer):
    """A job that has ended names no results or no summary."""

    template = (
        "Job {job_id} is {status} and names no results or no summary. Wait for it first, with "
        "RekognitionMediaAnalysisJobSensor or wait_for_completion=True; if it is SUCCEEDED, ask AWS."
    )


class UnknownEvent(UnexpectedAnswer):
    """A trigger's event that this version cannot read."""

    template = (
        "The trigger sent an event that this version cannot read: {problem}. Were the worker and the "
        "triggerer upgraded together?"
    )


class UnreadableRecord(UnexpectedAnswer):
    """The record of an earlier submission is there, and cannot be read."""

    template = (
        "The submission record {uri} cannot be read: {problem}. Nothing was submitted, because that could "
        "pay twice. Look at the record; delete it only when you know that no job was started for this task."
    )


class UnreadableLedger(UnexpectedAnswer):
    """A segment of the ledger, or what was written beside a manifest for it, is damaged."""

    template = (
        "The ledger's file {uri} cannot be read: {problem}. Nothing was submitted, because images that it "
        "has would be paid again. Restore the file; delete it only when its images may be analyzed once more."
    )


class UnreadableIndex(UnexpectedAnswer):
    """The index of a set of manifests is damaged, or another version wrote it."""

    template = (
        "The index {uri} cannot be read: {problem}. Nothing was submitted. If a newer version of this "
        "package wrote the index, upgrade. Otherwise delete it and clear the task that creates the "
        "manifests: it writes them again."
    )
