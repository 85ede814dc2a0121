"""List the files that a run wrote, with what each is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .sandbox import BUCKET

__all__ = ["iter_output_lines", "shorten_path"]

_DESCRIPTIONS: Final = {
    "manual__*/*/manifest-[0-9]*.jsonl": "the manifest: one image per line",
    "manual__*/*/_rekmedia/*.jsonl": "the ETag of each image, for a ledger",
    "manual__*/index.json": "the index of the run's manifests, with the estimated cost",
    "manual__*/*/skipped-*.jsonl.gz": "the files that are in no manifest, with the reason",
    "*-results.jsonl": "the results: one analyzed image per line",
    "*-manifest-summary.json": "the summary: one error for each image that was not analyzed",
    "*/submissions/*.json": "the record that keeps a retry from paying twice",
    "verdicts/*/*/*.jsonl.gz": "the verdict file: every image that is not allowed, worst first",
    "parts/*-outcomes-*.jsonl": "the action log: what was done to each blocked image",
    "report/*/*/*/report.html": "the report: open it in a browser",
    "report/*/*/*/report.json": "the numbers of the report",
    "images/*/*.parquet": "the table of images: one row per image, with its verdict",
    "labels/*/*.parquet": "the table of labels: one row per label of an image",
}


def iter_output_lines(folder: Path) -> Iterator[str]:
    """
    Write what each file is, where it is, and how to read one.

    :param folder: of the demo; it has a copy of the bucket
    """
    bucket = folder / BUCKET
    yield ""
    yield f"Files in s3://{BUCKET}/, copied to {shorten_path(bucket)}/"
    written = sorted(path for path in (bucket / "moderation").rglob("*") if path.is_file())
    for pattern, description in _DESCRIPTIONS.items():
        for path in written:
            if path.match(pattern):
                yield f"  {description}"
                yield f"    {path.relative_to(bucket)}"
    yield ""
    yield f"Example:  head -n 2 {shorten_path(bucket)}/moderation/jobs/*-results.jsonl"
    for page in (bucket / "moderation").rglob("latest.html"):
        yield f"Report:   {shorten_path(page)}"
    yield f"Logs:     {shorten_path(folder / 'airflow')}/logs/dag_id=*/"


def shorten_path(path: Path) -> Path:
    """Make a path relative to the working directory if it is below it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
