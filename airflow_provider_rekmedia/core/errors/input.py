"""Errors in what the caller gave: found before any paid call."""

from .tree import RekmediaError

__all__ = [
    "BadImageList",
    "BadInventory",
    "ExtraMissing",
    "InvalidArgument",
    "InvalidInput",
    "InvalidJob",
    "InvalidPolicy",
    "InvalidS3Uri",
    "ManifestEmpty",
    "ManifestMissing",
    "ManifestTooLarge",
    "NoImages",
    "OverBudget",
    "RequestChanged",
    "WrongRegion",
]


class InvalidInput(RekmediaError, ValueError):
    """What the caller gave cannot work; nothing was called."""


class InvalidS3Uri(InvalidInput):
    """Not an ``s3://bucket/key`` uri."""

    template = "{uri!r} is not usable as an S3 uri: {problem}. Write it as s3://bucket/key."


class InvalidArgument(InvalidInput):
    """An argument, after rendering, is outside what the service takes."""

    template = "{argument}={value!r} cannot be used: {problem}. Nothing was sent to AWS."


class InvalidJob(InvalidInput):
    """What was given as a job is none."""

    template = (
        "{value!r} is not a job: {problem}. Give what RekognitionStartMediaAnalysisJobOperator returned, or "
        "a job id."
    )


class ManifestMissing(InvalidInput):
    """The manifest does not exist, or cannot be seen."""

    template = (
        "There is no manifest at {uri}{version}. Nothing was submitted. Check that the task which writes it "
        "ran, and that this connection may read it (s3:GetObject, and s3:ListBucket to tell absent from "
        "forbidden)."
    )


class ManifestEmpty(InvalidInput):
    """The manifest has no byte in it."""

    template = "The manifest {uri} is empty. Nothing was submitted. A job needs at least one line."


class ManifestTooLarge(InvalidInput):
    """The manifest is larger than the service takes."""

    template = (
        "The manifest {uri} has {size_bytes} bytes; the service takes at most {limit_bytes}. Nothing was "
        "submitted. Split it: RekognitionCreateManifestOperator does."
    )


class WrongRegion(InvalidInput):
    """A bucket is not in the region of the call."""

    template = (
        "The bucket {bucket} is in {found}, and the call goes to {region}. Nothing was submitted. "
        "Rekognition "
        "reads and writes buckets of its own region only: set region_name, or use a bucket there."
    )


class BadImageList(InvalidInput):
    """A file that lists images has a row that names none."""

    template = (
        "The list of images {uri} cannot be read at row {row}: {problem}. No manifest was written. Mend the "
        "row, or the task that writes the list."
    )


class BadInventory(InvalidInput):
    """An S3 Inventory report, or one of its files, is not what AWS documents."""

    template = (
        "The inventory {uri} cannot be read: {problem}. No manifest was written. Give the manifest.json of a "
        "CSV or Parquet report, or list the prefix itself."
    )


class NoImages(InvalidInput):
    """There is nothing to analyze, and the user said that this is an error."""

    template = (
        "There is no image to analyze in {source} (skipped: {skipped}), and on_empty='fail'. Nothing was "
        "written. Check the source and its filters."
    )


class OverBudget(InvalidInput):
    """The images of a run are more than the user allows."""

    template = (
        "{images} images to analyze, about {usd} US dollars, are over {argument}={limit}. No manifest was "
        "written and nothing was paid. Raise {argument}, or narrow the source; dry_run=True reports the "
        "figures."
    )


class ExtraMissing(InvalidInput):
    """What was asked for needs a package that a plain install does not bring."""

    template = (
        "{wanted_for} needs a package that is not installed. Nothing was called. "
        "pip install 'airflow-provider-rekmedia[{extra}]' on the workers."
    )


class InvalidPolicy(InvalidInput):
    """A policy cannot be understood."""

    template = (
        "The policy cannot be used, at {where}: {problem}. No result was judged. Labels are those of "
        "Rekognition's taxonomy 7.0, spelled as AWS spells them."
    )


class RequestChanged(InvalidInput):
    """This task of this run has a job already, for another request."""

    template = (
        "This task submitted job {job_id} in this run, for another request (changed: {changed}). Nothing "
        "was submitted, "
        'because that could pay twice. Set existing_job="restart" to start a new job for the new request.'
    )
