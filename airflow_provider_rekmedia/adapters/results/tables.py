"""Writes a job's images and labels as Parquet, in columns, while the results are still being read."""

import io
import tempfile
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import IO, Any, Final, Self

from airflow_provider_rekmedia.adapters.parquet_rows import pyarrow_parquet
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.image_result import ImageResult
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.table_rows import IMAGES, LABELS, table_key
from airflow_provider_rekmedia.core.verdicts.verdict import Verdict

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
            ("labels", pa.list_(pa.field("element", label))),
            ("content_types", pa.list_(pa.field("element", content_type))),
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
        told = (job.model_version, job.engine.value, job.job_id, policy or None, job.completed_at)
        self._of_the_job = dict(zip((*_OF_THE_JOB, "analyzed_at"), told, strict=True))
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
            # To a file of Python's pyarrow writes with the interpreter's lock in its hand; to its own, not.
            sink = self._stack.enter_context(pa.OSFile(file.name, "wb"))
            writer = self._parquet.ParquetWriter(sink, schema, use_dictionary=_REPEATED)
            self._writers[table] = self._stack.enter_context(writer)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, outcomes: Outcomes, verdicts: Sequence[Verdict]) -> None:
        """Take a part of the job's images."""
        import pyarrow as pa  # noqa: PLC0415 an extra

        if outcomes.results:
            images = _image_columns(self._schemas[IMAGES], outcomes.results, verdicts)
            if self._job.model_version is None:
                images["model_version"] = _texts(
                    [result.detection.moderation_model_version for result in outcomes.results]
                )
            self._take(IMAGES, pa.table(images))
        lines = [failure for failure in outcomes.failures if failure.is_line]
        if lines:
            self._take(IMAGES, pa.table(_failure_columns(lines)))

    def seal(self) -> None:
        """Take no more images; what is left to :meth:`write`, pyarrow does without the interpreter's lock."""
        for name in (IMAGES, LABELS):
            if self._waiting[name]:
                self._last[name] = self._group(name)

    def write(self, objects: S3Objects) -> list[TableFile]:
        """
        Put both files in their places, each whole or not at all.

        The images come last: what they list has its labels then.

        :return: Of labels and of images.
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

    def _take(self, name: str, rows: Any) -> None:
        """Let rows gather to a group that is worth its overhead, for us and for readers."""
        self._waiting[name].append(rows)
        self._rows[name] += rows.num_rows
        if sum(each.num_rows for each in self._waiting[name]) >= _ROWS_OF_A_GROUP:
            self._writers[name].write_table(self._group(name))

    def _group(self, name: str) -> Any:
        """Make a table of what waits; what follows from other columns, and the job's, is added at once."""
        import pyarrow as pa  # noqa: PLC0415 an extra

        rows = pa.concat_tables(self._waiting[name], promote_options="default").combine_chunks()
        self._waiting[name] = []
        columns = {column: rows[column].chunk(0) for column in rows.column_names}
        if name == IMAGES:
            columns |= _uri_columns(columns["uri"])
            if "labels" in columns:
                self._take(LABELS, pa.table(_label_columns(columns)))
        return self._table(self._schemas[name], columns, rows.num_rows)

    def _table(self, schema: Any, columns: Mapping[str, Any], rows: int) -> Any:
        import pyarrow as pa  # noqa: PLC0415 an extra

        arrays = []
        for column in schema:
            if column.name in columns:
                arrays.append(columns[column.name])
            else:
                value = pa.scalar(self._of_the_job.get(column.name), column.type)
                arrays.append(pa.repeat(value, rows))
        return pa.Table.from_arrays(arrays, schema=schema)


def _image_columns(
    schema: Any, results: Sequence[ImageResult], verdicts: Sequence[Verdict]
) -> dict[str, Any]:
    import pyarrow as pa  # noqa: PLC0415 an extra

    detections = [result.detection for result in results]
    labels = [detection.moderation_labels for detection in detections]
    kinds = [detection.content_types for detection in detections]
    every_label = list(chain.from_iterable(labels))
    every_kind = list(chain.from_iterable(kinds))
    label_values = (
        [label.name for label in every_label],
        [label.parent_name for label in every_label],
        [label.taxonomy_level for label in every_label],
        [label.confidence for label in every_label],
    )
    kind_values = ([kind.name for kind in every_kind], [kind.confidence for kind in every_kind])
    confidences = [verdict.confidence if verdict.labels else None for verdict in verdicts]
    return {
        "uri": _texts([result.source_ref for result in results]),
        "verdict": _texts([verdict.decision for verdict in verdicts]),
        "rule": _texts([verdict.rule or None for verdict in verdicts]),
        "top_label": _texts([verdict.labels[0] if verdict.labels else None for verdict in verdicts]),
        "confidence": pa.array(confidences, pa.float32()),
        "labels": _list_of_structs(schema.field("labels").type, map(len, labels), label_values),
        "content_types": _list_of_structs(schema.field("content_types").type, map(len, kinds), kind_values),
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


def _failure_columns(failures: Sequence[ImageFailure]) -> dict[str, Any]:
    return {
        "uri": _texts([failure.uri for failure in failures]),
        "error_code": _texts([failure.code for failure in failures]),
        "error_message": _texts([failure.message for failure in failures]),
    }


def _texts(values: Sequence[str | None]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 an extra

    return pa.array(values, pa.string())


def _uri_columns(uris: Any) -> dict[str, Any]:
    """Take the uris apart; what is no S3 uri has neither bucket nor key."""
    import pyarrow.compute as pc  # noqa: PLC0415 an extra

    known = uris.drop_null()
    bucket, _ = _bucket_and_key(known[0].as_py() if known else None)
    above = f"s3://{bucket}/"
    # Images of one bucket, as in nearly every manifest: to ask that takes a third of the time of splitting.
    if bucket and pc.all(pc.starts_with(known, above)).as_py():
        keys = pc.utf8_slice_codeunits(uris, len(above))
        return {"bucket": pc.if_else(uris.is_valid(), bucket, None), "key": keys}
    split = [_bucket_and_key(uri) for uri in uris.to_pylist()]
    return {"bucket": _texts([bucket for bucket, _ in split]), "key": _texts([key for _, key in split])}


def _bucket_and_key(uri: str | None) -> tuple[str | None, str | None]:
    if uri is None or not uri.startswith("s3://"):
        return None, None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _list_of_structs(kind: Any, lengths: Iterable[int], members: Iterable[Sequence[Any]]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 an extra

    values = [pa.array(values, field.type) for values, field in zip(members, kind.value_type, strict=True)]
    # Three times as fast as pyarrow's own way from a list.
    offsets = array("i", [0, *accumulate(lengths)])
    offsets = pa.Array.from_buffers(pa.int32(), len(offsets), [None, pa.py_buffer(offsets)])
    structs = pa.StructArray.from_arrays(values, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(offsets, structs, type=kind)
