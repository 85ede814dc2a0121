"""Writes a job's images and labels as Parquet, in columns, while the results are still being read."""

import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import IO, Any, Final, Self

from airflow_provider_rekmedia.core.job import Job
from airflow_provider_rekmedia.core.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.results import ImageResult
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.table_rows import IMAGES, LABELS, table_key
from airflow_provider_rekmedia.core.verdict import Verdict

from .parquet_rows import pyarrow_parquet
from .s3 import S3Objects

__all__ = ["JobTables", "TableFile", "images_schema", "labels_schema"]

#: More than a job's images; the rows of results without a job, or of labels, are written in such groups.
_ROWS_OF_A_GROUP: Final = 65_536
_CONTENT_TYPE: Final = "application/vnd.apache.parquet"


def images_schema() -> Any:
    """Describe the table ``images``: one row for each line of a manifest."""
    import pyarrow as pa  # noqa: PLC0415 an extra

    label = pa.struct(
        [("name", pa.string()), ("parent", pa.string()), ("level", pa.int8()), ("confidence", pa.float32())]
    )
    content_type = pa.struct([("name", pa.string()), ("confidence", pa.float32())])
    texts = ("uri", "bucket", "key", "verdict", "rule", "top_label")
    return pa.schema(
        [
            *((name, pa.string()) for name in texts),
            ("confidence", pa.float32()),
            ("labels", pa.list_(label)),
            ("content_types", pa.list_(content_type)),
            *((name, pa.string()) for name in ("error_code", "error_message", *_OF_THE_JOB)),
            ("analyzed_at", pa.timestamp("us", "UTC")),
        ]
    )


def labels_schema() -> Any:
    """Describe the table ``labels``: one row for each label of an image."""
    import pyarrow as pa  # noqa: PLC0415 an extra

    return pa.schema(
        [
            *((name, pa.string()) for name in ("uri", "label", "parent")),
            ("level", pa.int8()),
            ("confidence", pa.float32()),
            ("verdict", pa.string()),
            *((name, pa.string()) for name in _OF_THE_JOB),
            ("analyzed_at", pa.timestamp("us", "UTC")),
        ]
    )


_OF_THE_JOB: Final = ("model_version", "engine", "job_id", "policy")

#: Columns whose values repeat; a dictionary of the others, uris above all, is built in vain.
_REPEATED: Final = [
    *_OF_THE_JOB,
    *("bucket", "verdict", "rule", "top_label", "error_code", "label", "parent", "level", "analyzed_at"),
    *(f"labels.list.element.{member}" for member in ("name", "parent", "level")),
    "content_types.list.element.name",
]


@dataclass(frozen=True, slots=True)
class TableFile:
    """
    One file of a table, written.

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
    The rows of one job, on local disk until :meth:`write`; use it as a context manager.

    Encoding beside the decoding of results, in a thread, was tried: it is no faster, for making the columns
    holds the interpreter's lock.

    :param prefix: Under which the tables' folders are.
    :param policy: The policy's name.
    :param day: See :func:`table_rows.table_key`.
    :raises ExtraMissing: pyarrow is not installed.
    """

    def __init__(self, job: Job, prefix: S3Uri, policy: str, *, day: str | None = None) -> None:
        self._parquet = pyarrow_parquet("parquet=")
        self._job = job
        self._prefix = prefix
        self._day = day
        told = (job.model_version, job.engine.value, job.job_id, policy or None)
        self._of_the_job = dict(zip(_OF_THE_JOB, told, strict=True))
        self._stack = ExitStack()
        self._waiting: dict[str, list[Any]] = {IMAGES: [], LABELS: []}

    def __enter__(self) -> Self:
        self._files: dict[str, IO[bytes]] = {}
        self._writers: dict[str, Any] = {}
        for table, schema in ((IMAGES, images_schema()), (LABELS, labels_schema())):
            file = self._stack.enter_context(tempfile.TemporaryFile(prefix="rekmedia-"))
            self._files[table] = file
            self._writers[table] = self._stack.enter_context(
                self._parquet.ParquetWriter(file, schema, use_dictionary=_REPEATED)
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, outcomes: Outcomes, verdicts: Sequence[Verdict]) -> None:
        """Take a part of the job's images."""
        if outcomes.results:
            images = _image_columns(outcomes.results, verdicts)
            if self._job.model_version is None:
                images["model_version"] = _model_versions(outcomes.results)
            self._take(IMAGES, self._table(images_schema(), images, len(outcomes.results)))
            labels = _label_columns(images)
            self._take(LABELS, self._table(labels_schema(), labels, len(labels["uri"])))
        lines = [failure for failure in outcomes.failures if failure.is_line]
        if lines:
            self._take(IMAGES, self._failures_of(lines))

    def write(self, objects: S3Objects) -> list[TableFile]:
        """
        Put both files in their places, each whole or not at all.

        The images come last: what they list has its labels then.

        :return: Of labels and of images.
        """
        files = []
        for name in (LABELS, IMAGES):
            self._encode(name)
            self._writers[name].close()
            file = self._files[name]
            rows, schema = self._parquet.read_metadata(file).num_rows, self._parquet.read_schema(file)
            size_bytes = file.seek(0, io.SEEK_END)
            file.seek(0)
            uri = table_key(self._prefix, name, self._job, self._day)
            objects.put(uri, file, _CONTENT_TYPE)
            columns = {column.name: str(column.type) for column in schema}
            files.append(TableFile(str(uri), str(self._prefix.join(name)), columns, rows, size_bytes))
        return files

    def _take(self, name: str, table: Any) -> None:
        """Let rows gather to a group that is worth its overhead, for us and for readers."""
        self._waiting[name].append(table)
        if sum(each.num_rows for each in self._waiting[name]) >= _ROWS_OF_A_GROUP:
            self._encode(name)

    def _encode(self, name: str) -> None:
        import pyarrow as pa  # noqa: PLC0415 an extra

        if self._waiting[name]:
            self._writers[name].write_table(pa.concat_tables(self._waiting[name]))
            self._waiting[name] = []

    def _failures_of(self, failures: Sequence[ImageFailure]) -> Any:
        columns = _uri_columns([failure.uri for failure in failures]) | {
            "error_code": [failure.code for failure in failures],
            "error_message": [failure.message for failure in failures],
        }
        return self._table(images_schema(), columns, len(failures))

    def _table(self, schema: Any, columns: dict[str, Any], rows: int) -> Any:
        import pyarrow as pa  # noqa: PLC0415 an extra

        of_the_job = {**self._of_the_job, "analyzed_at": self._job.completed_at}
        arrays = []
        for column in schema:
            if column.name in columns:
                given = columns[column.name]
                arrays.append(given if isinstance(given, pa.Array) else pa.array(given, column.type))
            elif column.name in of_the_job:
                value = pa.scalar(of_the_job[column.name], column.type)
                arrays.append(pa.repeat(value, rows))
            else:
                arrays.append(pa.nulls(rows, column.type))
        return pa.Table.from_arrays(arrays, schema=schema)


def _image_columns(results: Sequence[ImageResult], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    import pyarrow as pa  # noqa: PLC0415 an extra

    labels = [result.detection.moderation_labels for result in results]
    kinds = [result.detection.content_types for result in results]
    every_label = list(chain.from_iterable(labels))
    every_kind = list(chain.from_iterable(kinds))
    label_values = (
        [label.name for label in every_label],
        [label.parent_name for label in every_label],
        [label.taxonomy_level for label in every_label],
        [label.confidence for label in every_label],
    )
    kind_values = ([kind.name for kind in every_kind], [kind.confidence for kind in every_kind])
    return _uri_columns([result.source_ref for result in results]) | {
        "verdict": pa.array([verdict.decision for verdict in verdicts], pa.string()),
        "rule": [verdict.rule or None for verdict in verdicts],
        "top_label": [verdict.labels[0] if verdict.labels else None for verdict in verdicts],
        "confidence": [verdict.confidence if verdict.labels else None for verdict in verdicts],
        "labels": _list_of_structs("labels", map(len, labels), label_values),
        "content_types": _list_of_structs("content_types", map(len, kinds), kind_values),
    }


def _label_columns(images: Mapping[str, Any]) -> dict[str, Any]:
    """Make a row of each label of the images' columns."""
    import pyarrow.compute as pc  # noqa: PLC0415 an extra

    image = pc.list_parent_indices(images["labels"])
    name, parent, level, confidence = images["labels"].values.flatten()
    return {
        **{each: images[each].take(image) for each in ("uri", "verdict", "model_version") if each in images},
        "label": name,
        "parent": pc.if_else(pc.equal(parent, ""), None, parent),
        "level": level,
        "confidence": confidence,
    }


def _model_versions(results: Sequence[ImageResult]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 an extra

    return pa.array([result.detection.moderation_model_version for result in results], pa.string())


def _uri_columns(uris: Sequence[str | None]) -> dict[str, Any]:
    """Take the uris apart; what is no S3 uri has neither bucket nor key."""
    import pyarrow as pa  # noqa: PLC0415 an extra
    import pyarrow.compute as pc  # noqa: PLC0415 an extra

    column = pa.array(uris, pa.string())
    bucket, _ = _bucket_and_key(uris[0])
    above = f"s3://{bucket}/"
    # Images of one bucket, as in nearly every manifest: to ask that takes a third of the time of splitting.
    if bucket and pc.all(pc.starts_with(column, above), skip_nulls=False).as_py():
        keys = pc.utf8_slice_codeunits(column, len(above))
        return {"uri": column, "bucket": pa.repeat(bucket, len(uris)), "key": keys}
    split = [_bucket_and_key(uri) for uri in uris]
    return {"uri": column, "bucket": [bucket for bucket, _ in split], "key": [key for _, key in split]}


def _bucket_and_key(uri: str | None) -> tuple[str | None, str | None]:
    if uri is None or not uri.startswith("s3://"):
        return None, None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _list_of_structs(column: str, lengths: Iterable[int], members: Iterable[Sequence[Any]]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 an extra

    kind = images_schema().field(column).type.value_type
    values = [pa.array(values, field.type) for values, field in zip(members, kind, strict=True)]
    offsets = pa.array([0, *accumulate(lengths)], pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(values, fields=list(kind)))
