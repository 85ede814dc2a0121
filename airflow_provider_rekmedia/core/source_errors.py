"""What can be wrong with a night's images and with their policy: leaves of the tree that errors.py draws."""

from .errors import InvalidInput, JobEnded, UnexpectedAnswer

__all__ = [
    "BadImageList",
    "BadInventory",
    "ExtraMissing",
    "InvalidPolicy",
    "JobsMissing",
    "NoImages",
    "OverBudget",
    "TooManyFailed",
    "UnreadableLedger",
]


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


class NoImages(InvalidInput):
    """There is nothing to analyze, and the user said that this is an error."""

    template = (
        "There is no image to analyze in {source} (skipped: {skipped}), and on_empty='fail'. Nothing was "
        "written. Check the source and its filters."
    )


class InvalidPolicy(InvalidInput):
    """A policy cannot be understood."""

    template = (
        "The policy cannot be used, at {where}: {problem}. No result was judged. Labels are those of "
        "Rekognition's taxonomy 7.0, spelled as AWS spells them."
    )


class JobsMissing(JobEnded):
    """Some of a run's manifests have no job that succeeded; what the others found was written before."""

    template = (
        "{missing} of {manifests} manifests have no job that succeeded: their {images} images are "
        "unaccounted for. What the other jobs found is written. Clear the failed tasks that analyze; this "
        "one runs again after them, over its own files."
    )


class TooManyFailed(JobEnded):
    """More images failed than the user tolerates; everything was written before."""

    template = (
        "{failed} of {images} images failed or are unaccounted for, and max_failed={limit}. Everything that "
        "was analyzed is written; the job's summary names each failed image. A retry finds the same: "
        "analyze the failed images once more with failures_of, or raise max_failed."
    )


class UnreadableLedger(UnexpectedAnswer):
    """A segment of the ledger, or what was written beside a manifest for it, is damaged."""

    template = (
        "The ledger's file {uri} cannot be read: {problem}. Nothing was submitted, because images that it "
        "has would be paid again. Restore the file; delete it only when its images may be analyzed once more."
    )
