"""Errors of an AWS response, or a file, that this version cannot read."""

from .tree import RekmediaError

__all__ = [
    "FilesMissing",
    "MalformedAnswer",
    "MalformedSummary",
    "UnexpectedAnswer",
    "UnknownEvent",
    "UnknownStatus",
    "UnreadableActionLog",
    "UnreadableIndex",
    "UnreadableLedger",
    "UnreadableRecord",
    "UnreadableReport",
    "UnreadableReview",
    "UnreadableVerdicts",
]


class UnexpectedAnswer(RekmediaError):
    """This version cannot read a response of AWS, or a file."""


class UnknownStatus(UnexpectedAnswer):
    """The status of a job is not one of the five documented ones."""

    template = (
        "Job {job_id} has the status {status!r}, which this version does not know. Upgrade the package."
    )


class MalformedAnswer(UnexpectedAnswer):
    """A response of AWS lacks a required member."""

    template = (
        "The response of {operation} has no {missing}, which AWS documents as always present. Check that the "
        "endpoint_url of the connection is an endpoint of Rekognition."
    )


class MalformedSummary(UnexpectedAnswer):
    """The summary of a job cannot be read."""

    template = (
        "The summary {uri} cannot be read: {problem}. Inspect the file. The job is done and paid for: "
        "clearing this task only reads its files again."
    )


class FilesMissing(UnexpectedAnswer):
    """A job has no results or no summary."""

    template = (
        "Job {job_id} is {status} and has no results or no summary. Wait for it first, with "
        "RekognitionMediaAnalysisJobSensor or wait_for_completion=True. If it is SUCCEEDED, contact AWS."
    )


class UnknownEvent(UnexpectedAnswer):
    """This version cannot read the event of a trigger."""

    template = (
        "The trigger sent an event that this version cannot read: {problem}. Were the worker and the "
        "triggerer upgraded together?"
    )


class UnreadableRecord(UnexpectedAnswer):
    """The record of an earlier submission cannot be read."""

    template = (
        "The submission record {uri} cannot be read: {problem}. Nothing was submitted, because a second "
        "job could be billed too. Inspect the record. Delete it only if no job was started for this task."
    )


class UnreadableLedger(UnexpectedAnswer):
    """A segment of the ledger, or the file of ETags and attempts beside a manifest, is damaged."""

    template = (
        "The ledger file {uri} cannot be read: {problem}. Nothing was submitted, because the images in it "
        "would be paid for again. Restore the file. Delete it only if its images may be analyzed again."
    )


class UnreadableIndex(UnexpectedAnswer):
    """The index of a set of manifests is damaged, or another version wrote it."""

    template = (
        "The index {uri} cannot be read: {problem}. Nothing was submitted. If a newer version of this "
        "package wrote the index, upgrade. Otherwise delete it and clear the task that creates the "
        "manifests: it writes them again."
    )


class UnreadableReport(UnexpectedAnswer):
    """A report.json is damaged, or another version wrote it."""

    template = (
        "The report {uri} cannot be read: {problem}. If a newer version of this package wrote it, upgrade. "
        "Otherwise clear the task that made it: it writes the report again, and nothing is paid twice."
    )


class UnreadableVerdicts(UnexpectedAnswer):
    """A verdict file is damaged, or another version wrote it."""

    template = (
        "The verdict file {uri} cannot be read: {problem}. If a newer version of this package wrote the "
        "file, upgrade. Otherwise delete it and clear the results task: it writes the file again, at no cost."
    )


class UnreadableActionLog(UnexpectedAnswer):
    """A file of an action log is damaged, or another version wrote it."""

    template = (
        "The action log {uri} cannot be read: {problem}. No other object was changed. If a newer "
        "version of this package wrote the log, upgrade. Otherwise restore the file. If you delete it, its "
        "actions are repeated, which is safe, but what an undo needs is lost."
    )


class UnreadableReview(UnexpectedAnswer):
    """A file of a review is damaged, or another version wrote it."""

    template = (
        "The review file {uri} cannot be read: {problem}. No decision was changed. If a newer version of "
        "this package wrote the file, upgrade. Otherwise restore it. If it is a queue or a plan, you can "
        "delete the plan of the run instead, and clear the task that plans the review. It then writes new "
        "queues, and decisions about the old queues no longer count."
    )
