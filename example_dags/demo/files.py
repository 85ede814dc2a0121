"""Where the files of a night lie."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from demo.stage import BUCKET

__all__ = ["iter_files"]

_WHAT: Final = {
    "manual__*/*/manifest-[0-9]*.jsonl": "the manifest: one image a line",
    "manual__*/*/_rekmedia/*.jsonl": "what the ledger would need of each image: its bytes' ETag",
    "manual__*/index.json": "the index of the night's manifests, and what the night costs",
    "manual__*/*/skipped-*.jsonl.gz": "the files that are in no manifest, with the reason",
    "*-results.jsonl": "the results: one analyzed image a line",
    "*-manifest-summary.json": "the summary: one error for each image that was not analyzed",
    "*/submissions/*.json": "the record that keeps a retry from paying twice",
    "images/*/*.parquet": "the table of images: one row each, with its verdict",
    "labels/*/*.parquet": "the table of labels: one row for each label of an image",
}


def iter_files(folder: Path) -> Iterator[str]:
    """
    Tell what lies where, and how to look at it.

    :param folder: of the demo; it has a copy of the bucket
    """
    bucket = folder / BUCKET
    yield ""
    yield f"Files in s3://{BUCKET}/, which you now find in {_short(bucket)}/"
    written = sorted(path for path in (bucket / "moderation").rglob("*") if path.is_file())
    for pattern, what in _WHAT.items():
        for path in written:
            if path.match(pattern):
                yield f"  {what}"
                yield f"    {path.relative_to(bucket)}"
    yield ""
    yield f"Have a look:  head -n 2 {_short(bucket)}/moderation/jobs/*-results.jsonl"
    yield f"Logs:         {_short(folder / 'airflow')}/logs/dag_id=*/"


def _short(path: Path) -> Path:
    """Name a path as seen from here, if it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
