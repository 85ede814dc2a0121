"""The schemas of the tables, and their columns, built with pyarrow from the results of one job."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any, Final

from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.results.image_result import ImageResult
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure
from airflow_provider_rekmedia.core.verdicts.verdict import Verdict

__all__ = [
    "OF_THE_JOB",
    "OF_THE_RUN",
    "failure_columns",
    "image_columns",
    "images_schema",
    "label_columns",
    "labels_schema",
    "listed_columns",
    "text_column",
    "uri_columns",
]

#: Columns that are the same in every row of a job.
OF_THE_JOB: Final = ("model_version", "engine", "job_id", "policy")
#: Texts that are the same in every row of a run.
OF_THE_RUN: Final = ("dag_id", "run_id", "policy_digest", "decided_by")

#: Columns of an image that each of its labels has too.
_OF_THE_IMAGE: Final = ("uri", "verdict", "model_version", "etag", "size_bytes", "last_modified")

_UNLISTED: Final = ShardEntry("")


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
            *((name, pa.string()) for name in ("error_code", "error_message", *OF_THE_JOB)),
            ("analyzed_at", pa.timestamp("us", "UTC")),
            *_origin_columns(),
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
            *((name, pa.string()) for name in OF_THE_JOB),
            ("analyzed_at", pa.timestamp("us", "UTC")),
            *_origin_columns(),
        ]
    )


def _origin_columns() -> list[tuple[str, Any]]:
    """Describe the columns that were added later. They are last, so readers by position keep working."""
    import pyarrow as pa  # noqa: PLC0415 an extra

    return [
        ("etag", pa.string()),
        ("size_bytes", pa.int64()),
        ("last_modified", pa.timestamp("us", "UTC")),
        ("dag_id", pa.string()),
        ("run_id", pa.string()),
        ("min_confidence", pa.float32()),
        ("policy_digest", pa.string()),
        ("decided_by", pa.string()),
    ]


def image_columns(schema: Any, results: Sequence[ImageResult], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """
    Create a row for each analyzed image.

    :param schema: See :func:`images_schema`; creating it for each part takes longer than a column.
    :param verdicts: One for each result, in their order.
    """
    import pyarrow as pa  # noqa: PLC0415 an extra

    detections = [result.detection for result in results]
    labels = [detection.moderation_labels for detection in detections]
    kinds = [detection.content_types for detection in detections]
    every_label = list(chain.from_iterable(labels))
    every_kind = list(chain.from_iterable(kinds))
    label_values = (
        [label.name for label in every_label],
        [label.parent_name or None for label in every_label],
        [label.taxonomy_level for label in every_label],
        [label.confidence for label in every_label],
    )
    kind_values = ([kind.name for kind in every_kind], [kind.confidence for kind in every_kind])
    confidences = [verdict.confidence if verdict.labels else None for verdict in verdicts]
    return {
        "uri": text_column([result.source_ref for result in results]),
        "verdict": text_column([verdict.decision for verdict in verdicts]),
        "rule": text_column([verdict.rule or None for verdict in verdicts]),
        "top_label": text_column([verdict.labels[0] if verdict.labels else None for verdict in verdicts]),
        "confidence": pa.array(confidences, pa.float32()),
        "labels": _list_of_structs(schema.field("labels").type, map(len, labels), label_values),
        "content_types": _list_of_structs(schema.field("content_types").type, map(len, kinds), kind_values),
    }


def label_columns(images: Mapping[str, Any]) -> dict[str, Any]:
    """Create a row for each label in the columns of images."""
    import pyarrow.compute as pc  # noqa: PLC0415 an extra

    image = pc.list_parent_indices(images["labels"])
    name, parent, level, confidence = images["labels"].values.flatten()
    return {
        **{each: images[each].take(image) for each in _OF_THE_IMAGE if each in images},
        "label": name,
        "parent": parent,
        "level": level,
        "confidence": confidence,
    }


def listed_columns(uris: Any, listed: Mapping[str, ShardEntry]) -> dict[str, Any]:
    """
    Create the columns from the listing of the images.

    :param uris: The column of uris; null for a line that names no image.
    :param listed: By uri.
    """
    import pyarrow as pa  # noqa: PLC0415 an extra

    entries = [listed.get(uri, _UNLISTED) for uri in uris.to_pylist()]
    return {
        "etag": text_column([entry.etag for entry in entries]),
        "size_bytes": pa.array([entry.size_bytes for entry in entries], pa.int64()),
        "last_modified": pa.array([entry.modified_at for entry in entries], pa.timestamp("us", "UTC")),
    }


def failure_columns(failures: Sequence[ImageFailure], verdict: Verdict) -> dict[str, Any]:
    """
    Create a row for each line of the manifest that has no result.

    :param verdict: The verdict on each of these images.
    """
    return {
        "uri": text_column([failure.uri for failure in failures]),
        "verdict": text_column([verdict.decision] * len(failures)),
        "rule": text_column([verdict.rule] * len(failures)),
        "error_code": text_column([failure.code for failure in failures]),
        "error_message": text_column([failure.message for failure in failures]),
    }


def text_column(values: Sequence[str | None]) -> Any:
    """Create a column of text."""
    import pyarrow as pa  # noqa: PLC0415 an extra

    return pa.array(values, pa.string())


def uri_columns(uris: Any) -> dict[str, Any]:
    """Split uris into bucket and key; both are null if a text is not an S3 uri."""
    import pyarrow.compute as pc  # noqa: PLC0415 an extra

    known = uris.drop_null()
    bucket, _ = _bucket_and_key(known[0].as_py() if known else None)
    above = f"s3://{bucket}/"
    # Nearly every manifest has images of one bucket: these checks take a third of the time of splitting.
    if bucket and pc.all(pc.starts_with(known, above)).as_py() and not pc.is_in(above, known).as_py():
        keys = pc.utf8_slice_codeunits(uris, len(above))
        return {"bucket": pc.if_else(uris.is_valid(), bucket, None), "key": keys}
    split = [_bucket_and_key(uri) for uri in uris.to_pylist()]
    return {
        "bucket": text_column([bucket for bucket, _ in split]),
        "key": text_column([key for _, key in split]),
    }


def _bucket_and_key(uri: str | None) -> tuple[str | None, str | None]:
    if uri is None or not uri.startswith("s3://"):
        return None, None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return (bucket, key) if bucket and key else (None, None)


def _list_of_structs(kind: Any, lengths: Iterable[int], members: Iterable[Sequence[Any]]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 an extra

    values = [pa.array(values, field.type) for values, field in zip(members, kind.value_type, strict=True)]
    # Three times as fast as pyarrow's own conversion of a list.
    offsets = array("i", [0, *accumulate(lengths)])
    offsets = pa.Array.from_buffers(pa.int32(), len(offsets), [None, pa.py_buffer(offsets)])
    structs = pa.StructArray.from_arrays(values, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(offsets, structs, type=kind)
