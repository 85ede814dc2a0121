"""Writes a job's images and labels as Parquet while its results are read."""

import io
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any, Final, Self

from airflow_provider_rekmedia.adapters.parquet_rows import pyarrow_parquet
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.table_keys import IMAGES, LABELS, table_key
from airflow_provider_rekmedia.core.verdicts.verdict import Verdict
from airflow_provider_rekmedia.core.verdicts.verdict_file import DecidedBy

from .table_columns import (
    OF_THE_JOB,
    OF_THE_RUN,
    failure_columns,
    image_columns,
    images_schema,
    label_columns,
    labels_schema,
    listed_columns,
    text_column,
    uri_columns,
)

__all__ = ["JobTables", "TableFile"]

#: Larger than a job, so a job's images are one row group; labels, and results without a job, are several.
_ROWS_OF_A_GROUP: Final = 65_536
_CONTENT_TYPE: Final = "application/vnd.apache.parquet"

#: Columns whose values repeat. For the others, uris above all, a dictionary costs time and saves nothing.
_REPEATED: Final = [
    *OF_THE_JOB,
    *OF_THE_RUN,
    "min_confidence",
    *("bucket", "verdict", "rule", "top_label", "error_code", "label", "parent", "level", "analyzed_at"),
    *(f"labels.list.element.{member}" for member in ("name", "parent", "level")),
    "content_types.list.element.name",
]


@dataclass(frozen=True, slots=True)
class TableFile:
    """
    One file of a table that was written.

    :param folder: Uri of the table's folder, without a slash at its end.
    :param columns: Types by name, as pyarrow spells them.
    """

    uri: str
    folder: str
    columns: Mapping[str, str]
    rows: int
    size_bytes: int


class JobTables:
    """
    The rows of one job, on local disk until :meth:`write`. Use it as a context manager.

    :param prefix: The prefix of the tables' folders.
    :param listed: What the listing said of each image, by uri; empty if another program wrote the manifest.
    :param day: See :func:`table_keys.table_key`.
    :raises ExtraMissing: pyarrow is not installed.
    """

    def __init__(
        self,
        job: Job,
        prefix: S3Uri,
        judgement: Judgement,
        listed: Mapping[str, ShardEntry],
        *,
        day: str | None = None,
    ) -> None:
        self._parquet = pyarrow_parquet("parquet=")
        self._job = job
        self._prefix = prefix
        self._day = day
        self._listed = listed
        self._not_analyzed = judgement.not_analyzed
        self._constants = _constants(job, judgement)
        self._stack = ExitStack()
        self._schemas = {IMAGES: images_schema(), LABELS: labels_schema()}
        self._waiting: dict[str, list[Any]] = {IMAGES: [], LABELS: []}
        self._last: dict[str, Any] = {}
        self._rows = {IMAGES: 0, LABELS: 0}

    def __enter__(self) -> Self:
        import pyarrow as pa  # noqa: PLC0415 an extra

        self._files: dict[str, IO[bytes]] = {}
        self._writers: dict[str, Any] = {}
        for table, schema in self._schemas.items():
            file = self._stack.enter_context(tempfile.NamedTemporaryFile(prefix="rekmedia-"))
            self._files[table] = file
            # pyarrow holds the GIL when it writes to a Python file object, but not to its own file.
            sink = self._stack.enter_context(pa.OSFile(file.name, "wb"))
            writer = self._parquet.ParquetWriter(sink, schema, use_dictionary=_REPEATED)
            self._writers[table] = self._stack.enter_context(writer)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, outcomes: Outcomes, verdicts: Sequence[Verdict]) -> None:
        """Add a part of the job's images."""
        import pyarrow as pa  # noqa: PLC0415 an extra

        if outcomes.results:
            images = image_columns(self._schemas[IMAGES], outcomes.results, verdicts)
            if self._job.model_version is None:
                images["model_version"] = text_column(
                    [result.detection.moderation_model_version for result in outcomes.results]
                )
            self._collect(IMAGES, pa.table(images | self._listed_columns(images["uri"])))
        lines = [failure for failure in outcomes.failures if failure.is_line]
        if lines:
            failures = failure_columns(lines, self._not_analyzed)
            self._collect(IMAGES, pa.table(failures | self._listed_columns(failures["uri"])))

    def seal(self) -> None:
        """Accept no more images. What :meth:`write` does after this, pyarrow does without the GIL."""
        for name in (IMAGES, LABELS):
            if self._waiting[name]:
                self._last[name] = self._group(name)

    def write(self, objects: S3Objects) -> list[TableFile]:
        """
        Upload both files, each whole or not at all.

        The images are uploaded last: when an image is in its table, its labels are in theirs.

        :return: The file of labels, then the file of images.
        """
        self.seal()
        files = []
        for name in (LABELS, IMAGES):
            with self._writers[name] as writer:
                if name in self._last:
                    writer.write_table(self._last.pop(name))
            file = self._files[name]
            size_bytes = file.seek(0, io.SEEK_END)
            file.seek(0)
            uri = table_key(self._prefix, name, self._job, self._day)
            objects.put(uri, file, _CONTENT_TYPE)
            columns = {column.name: str(column.type) for column in self._schemas[name]}
            folder = str(self._prefix.join(name))
            files.append(TableFile(str(uri), folder, columns, self._rows[name], size_bytes))
        return files

    def _listed_columns(self, uris: Any) -> dict[str, Any]:
        return listed_columns(uris, self._listed) if self._listed else {}

    def _collect(self, name: str, rows: Any) -> None:
        """Collect rows until they fill a row group; small groups cost writers and readers time."""
        self._waiting[name].append(rows)
        self._rows[name] += rows.num_rows
        if sum(part.num_rows for part in self._waiting[name]) >= _ROWS_OF_A_GROUP:
            self._writers[name].write_table(self._group(name))

    def _group(self, name: str) -> Any:
        """Create a table of the collected rows; add derived columns, and the columns of the job."""
        import pyarrow as pa  # noqa: PLC0415 an extra

        rows = pa.concat_tables(self._waiting[name], promote_options="default").combine_chunks()
        self._waiting[name] = []
        columns = {column: rows[column].chunk(0) for column in rows.column_names}
        if name == IMAGES:
            columns |= uri_columns(columns["uri"])
            if "labels" in columns:
                self._collect(LABELS, pa.table(label_columns(columns)))
        return self._table(self._schemas[name], columns, rows.num_rows)

    def _table(self, schema: Any, columns: Mapping[str, Any], rows: int) -> Any:
        import pyarrow as pa  # noqa: PLC0415 an extra

        arrays = []
        for column in schema:
            if column.name in columns:
                arrays.append(columns[column.name])
            else:
                value = pa.scalar(self._constants.get(column.name), column.type)
                arrays.append(pa.repeat(value, rows))
        return pa.Table.from_arrays(arrays, schema=schema)


def _constants(job: Job, judgement: Judgement) -> dict[str, Any]:
    """Return the columns that have one value for the whole job."""
    return {
        "model_version": job.model_version,
        "engine": job.engine.value,
        "job_id": job.job_id,
        "policy": judgement.policy,
        "analyzed_at": job.completed_at,
        "dag_id": judgement.dag_id,
        "run_id": judgement.run_id,
        "min_confidence": job.min_confidence,
        "policy_digest": judgement.policy_digest,
        "decided_by": DecidedBy.POLICY.value,
    }
