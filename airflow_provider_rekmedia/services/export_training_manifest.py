"""Exports what people said about labels as the training data of a Rekognition Custom Moderation adapter."""

import logging
from typing import Any, Final

from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.learning.adapter_manifest import (
    AdapterDatasets,
    adapter_datasets,
    encode_adapter_lines,
)
from airflow_provider_rekmedia.core.review.decision_record import decode_records
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix

__all__ = ["export_training_manifest"]

_LOG = logging.getLogger(__name__)
_JSONL: Final = "application/jsonl"


def export_training_manifest(
    objects: S3Objects, *, reviews: str, output: str, holds: str, bucket: str, test_share: float = 0.2
) -> dict[str, Any]:
    """
    Write ``training.manifest`` and ``test.manifest`` for CreateProjectVersion, if AWS's minimums are met.

    Escalated and held images are never in them. Call it from a task: ``objects`` is
    ``RekognitionHook(aws_conn_id=…).objects``.

    :param reviews: The argument ``review`` of the tasks, ``s3://bucket/prefix/``. The audit trail of all Dags
        in it is read.
    :param output: Prefix of both files, ``s3://bucket/prefix/``.
    :param holds: Prefix of the hold records.
    :param bucket: The bucket of the images: all images of a dataset must be in one bucket.
    :param test_share: The share of test images, between 0 and 1.
    :return: ``training`` and ``test`` (uris; ``None`` if nothing was written), ``training_images``,
        ``test_images``, ``skipped`` (images by reason) and ``missing`` (what the minimums need, or ``""``).
    :raises InvalidInput: A prefix cannot be used.
    :raises UnreadableReview: A file of the audit trail is damaged.
    :raises ServiceError: S3 refused.
    """
    trail, folder = parse_s3_prefix(reviews).join("audit/"), parse_s3_prefix(output)
    held = ReviewFiles(objects, trail).read_held(parse_s3_prefix(holds))
    records = [
        record
        for file in objects.iter_objects(trail)
        for record in decode_records(objects.read(file.uri), str(file.uri))
        if record.bucket == bucket
    ]
    records.sort(key=lambda record: (record.at, record.record_id))
    datasets = adapter_datasets(records, test_share=test_share, is_held=held.has)
    summary: dict[str, Any] = {"training": None, "test": None} | _counts(datasets)
    if datasets.missing:
        _LOG.warning("No training manifest was written. It needs %s.", datasets.missing)
        return summary
    for name, images in (("training", datasets.training), ("test", datasets.test)):
        uri = folder.join(f"{name}.manifest")
        objects.put(uri, encode_adapter_lines(images), _JSONL)
        summary[name] = str(uri)
    _LOG.info("Training manifest: %s", summary)
    return summary


def _counts(datasets: AdapterDatasets) -> dict[str, Any]:
    return {
        "training_images": len(datasets.training),
        "test_images": len(datasets.test),
        "skipped": datasets.skipped,
        "missing": datasets.missing,
    }
