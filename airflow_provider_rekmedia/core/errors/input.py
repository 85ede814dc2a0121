"""Errors in what the caller gave: found before any paid call."""

from .tree import RekmediaError

__all__ = [
    "BadDecisions",
    "BadImageList",
    "BadInventory",
    "ConnectionMissing",
    "ExtraMissing",
    "InvalidArgument",
    "InvalidInput",
    "InvalidJob",
    "InvalidPolicy",
    "InvalidRegion",
    "InvalidS3Uri",
    "ManifestEmpty",
    "ManifestMissing",
    "ManifestTooLarge",
    "NoImages",
    "OverBudget",
    "PolicyMissing",
    "PreflightFailed",
    "RequestChanged",
    "ReviewUnavailable",
    "TooManyObjects",
    "WrongRegion",
]


class InvalidInput(RekmediaError, ValueError):
    """The input of the caller cannot work. No paid call was made."""


class InvalidS3Uri(InvalidInput):
    """The value is not an ``s3://bucket/key`` uri."""

    template = "{uri!r} is not usable as an S3 uri: {problem}. Write it as s3://bucket/key."


class InvalidArgument(InvalidInput):
    """An argument, after rendering, has a value that is not allowed."""

    template = "{argument}={value!r} cannot be used: {problem}. Nothing was sent to AWS."


class InvalidRegion(InvalidInput):
    """The connection has no region, or not the name of a region."""

    template = (
        "No AWS client can be created for aws_conn_id={connection!r}: {problem}. Nothing was sent to AWS. "
        "Set region_name of the task, or region_name in the extra of the connection."
    )


class ConnectionMissing(InvalidInput):
    """There is no Airflow connection of this id."""

    template = (
        "There is no Airflow connection aws_conn_id={connection!r}. Nothing was sent to AWS. Create it with "
        "the command airflow connections add, or correct aws_conn_id. aws_conn_id=None uses the credentials "
        "of the worker."
    )


class InvalidJob(InvalidInput):
    """The value is not a job."""

    template = (
        "{value!r} is not a job: {problem}. Pass the output of RekognitionStartMediaAnalysisJobOperator, or "
        "a job id."
    )


class ManifestMissing(InvalidInput):
    """The manifest does not exist, or the connection must not see it."""

    template = (
        "There is no manifest at {uri}{version}. Nothing was submitted. Check that the task which writes "
        "it ran. The connection needs s3:GetObject, and s3:ListBucket: without it, S3 reports a missing "
        "object as forbidden."
    )


class ManifestEmpty(InvalidInput):
    """The manifest has no bytes."""

    template = "The manifest {uri} is empty. Nothing was submitted. A job needs at least one line."


class ManifestTooLarge(InvalidInput):
    """The manifest is larger than the service accepts."""

    template = (
        "The manifest {uri} has {size_bytes} bytes; the service accepts at most {limit_bytes}. Nothing "
        "was submitted. Split it: RekognitionCreateManifestOperator writes manifests that fit."
    )


class WrongRegion(InvalidInput):
    """A bucket is in another region than the call."""

    template = (
        "The bucket {bucket} is in {found}, but the call goes to {region}. Nothing was submitted. "
        "Rekognition reads and writes only buckets of its own region: set region_name, or use a bucket there."
    )


class BadImageList(InvalidInput):
    """A file that lists images has a row without an image."""

    template = (
        "The list of images {uri} cannot be read at row {row}: {problem}. No manifest was written. "
        "Correct the row, or the task that writes the list."
    )


class BadDecisions(InvalidInput):
    """A file of decisions has a line that cannot be used."""

    template = (
        "The decisions in {uri} cannot be read at line {line}: {problem}. No decision of the file was "
        "imported. Correct the line, and clear this task."
    )


class BadInventory(InvalidInput):
    """An S3 Inventory report, or one of its files, differs from the format that AWS documents."""

    template = (
        "The inventory {uri} cannot be read: {problem}. No manifest was written. Pass the manifest.json of "
        "a CSV or Parquet report, or the prefix itself."
    )


class NoImages(InvalidInput):
    """There is nothing to analyze, and the source cannot be right, or ``on_empty`` is ``"fail"``."""

    template = (
        "{source} has no image to analyze: {problem} (skipped: {skipped}). Nothing was written. Check the "
        "source and its filters. If such a run is normal, set on_empty='skip': it skips the task."
    )


class OverBudget(InvalidInput):
    """The run has more images, or costs more, than the user allows."""

    template = (
        "Images to analyze: {images}, about {usd} US dollars. This exceeds {argument}={limit}. No manifest "
        "was written and nothing was paid. Raise {argument}, or narrow the source. dry_run=True only reports "
        "the figures."
    )


class TooManyObjects(InvalidInput):
    """The verdicts would change more objects than the user allows."""

    template = (
        "Objects to act on: {objects}, of {images} images of the run. This exceeds {argument}={limit}. No "
        "object was changed. Check the policy and the report first: a new policy or a new model may block "
        "too much. Then raise {argument}. dry_run=True lists the objects."
    )


class ExtraMissing(InvalidInput):
    """A feature needs a package that a plain install lacks."""

    template = (
        "{wanted_for} needs a package that is not installed. Nothing was called. "
        "Run pip install 'airflow-provider-rekmedia[{extra}]' on the workers."
    )


class ReviewUnavailable(InvalidInput):
    """This Airflow cannot ask a person."""

    template = (
        "RekognitionReviewOperator needs Airflow 3.1 or later, with apache-airflow-providers-standard; this "
        "is Airflow {airflow}. To review without it, decide in another tool: set ask=False in review_images, "
        "and pass decisions_file to RekognitionFinishReviewOperator."
    )


class InvalidPolicy(InvalidInput):
    """A policy cannot be parsed."""

    template = (
        "The policy cannot be used, at {where}: {problem}. No image was judged. Use the labels of "
        "Rekognition's taxonomy 7.0, with the spelling of AWS."
    )


class PolicyMissing(InvalidInput):
    """There is no file at the path or uri of the policy."""

    template = (
        "There is no policy at {where} (argument policy): {problem}. No image was judged. Check the path or "
        "the uri. A relative path starts at the working directory of the worker: an absolute path is safer."
    )


class RequestChanged(InvalidInput):
    """This task already has a job for another request in this run."""

    template = (
        "This task submitted job {job_id} in this run for another request (changed: {changed}). Nothing was "
        "submitted, because a second job could be billed too. Restore the request, or set "
        'existing_job="restart" to start a new job.'
    )


class PreflightFailed(InvalidInput):
    """
    The run would fail, for one reason or for several.

    :param problems: Number of failed checks.
    :param temporary: Number of failed checks whose cause may pass, such as throttling.
    :param listed: What is wrong and what to do: one numbered text for each failed check.
    """

    template = (
        "Preflight: checks that failed: {problems}, of which may pass by themselves: {temporary}. No image "
        "was analyzed, and nothing was paid.\n{listed}"
    )

    def __init__(self, *, problems: int, temporary: int, listed: str) -> None:
        # A retry cannot help while one problem needs a person.
        self.retryable = temporary == problems
        super().__init__(problems=problems, temporary=temporary, listed=listed)
