"""The file that names the files of every job of a run, if there are too many for an XCom."""

from typing import Final, Literal

import msgspec

__all__ = ["MAX_LISTED_JOBS", "JobFiles", "RunFiles", "encode_run_files"]

#: Most jobs whose uris are in the XComs: about 57 KB, twice. 100 jobs have up to a million images.
MAX_LISTED_JOBS: Final = 100


class JobFiles(msgspec.Struct, frozen=True, kw_only=True):
    """
    The files of one job.

    :param summary_uri: ``None`` for stored results; *manifest_uri* too.
    :param table_uris: The files of its rows; empty without tables.
    """

    job_id: str
    manifest_uri: str | None
    results_uri: str | None
    summary_uri: str | None
    table_uris: tuple[str, ...]


class RunFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The files of all jobs of a run that SUCCEEDED."""

    version: Literal[1] = 1
    dag_id: str
    run_id: str
    jobs: tuple[JobFiles, ...]


def encode_run_files(files: RunFiles) -> bytes:
    """Encode the file as JSON."""
    return msgspec.json.encode(files)
