"""
The training manifest of a Rekognition Custom Moderation adapter, from what people said about labels.

Which label names training accepts (unknown: adapter-label-names), and whether it needs the parents of a
label (unknown: adapter-parent-labels), is not documented: the names are those that the service returned.
The files of training and of test images have the same format:
https://docs.aws.amazon.com/rekognition/latest/dg/using-adapters-manifest-files.html
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import msgspec

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.images.image_filter import has_image_suffix
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.decision_record import DecisionRecord

__all__ = [
    "MAX_TRAINING_IMAGES",
    "AdapterDatasets",
    "AdapterImage",
    "adapter_datasets",
    "encode_adapter_lines",
]

MAX_TRAINING_IMAGES: Final = 10_000
#: Training needs one of these two, and testing the third.
MIN_MISSED_IMAGES: Final = 50
MIN_WRONG_IMAGES: Final = 20
MIN_TEST_IMAGES: Final = 20

_TRUTH: Final = "content-moderation-groundtruth"
_HASH_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class AdapterImage:
    """
    One image with its true labels.

    :param labels: Names as the service returned them, or as a person added them; empty for a safe image.
    :param has_wrong: Whether the service returned a label that is wrong.
    :param has_missing: Whether the service did not find a label.
    """

    uri: str
    labels: tuple[str, ...]
    has_wrong: bool
    has_missing: bool


@dataclass(slots=True)
class AdapterDatasets:
    """
    The images of both files, and how many were left out and why.

    :param skipped: Images by reason: ``unclear`` (a person allowed an image with labels and said nothing
        about the labels), ``undecided``, ``held``, ``format`` (no JPEG or PNG), ``too_many``.
    """

    training: list[AdapterImage] = field(default_factory=list)
    test: list[AdapterImage] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> str:
        """What AWS's minimums still need; ``""`` if nothing."""
        missed = MIN_MISSED_IMAGES - sum(image.has_missing for image in self.training)
        wrong = MIN_WRONG_IMAGES - sum(image.has_wrong for image in self.training)
        needs = []
        if missed > 0 and wrong > 0:
            needs.append(
                f"{missed} more training images with a missing label, or {wrong} more with a wrong label"
            )
        if (test := MIN_TEST_IMAGES - len(self.test)) > 0:
            needs.append(f"{test} more test images")
        return ", ".join(needs)


def adapter_datasets(
    records: Iterable[DecisionRecord],
    *,
    test_share: float = 0.2,
    is_held: Callable[[str, str, str | None], bool] = lambda _bucket, _key, _etag: False,
) -> AdapterDatasets:
    """
    Choose the images, and split them by a hash: an image stays in its file when more images come.

    :param records: In order of time. The last decision about an image counts.
    :param test_share: The share of test images, between 0 and 1.
    :param is_held: Whether an image, given as bucket, key and ETag, is held.
    :raises InvalidArgument: The images are in more than one bucket.
    """
    latest = {record.uri: record for record in records}
    buckets = sorted({record.bucket for record in latest.values()})
    if len(buckets) > 1:
        problem = "all images of a dataset must be in one bucket; export each bucket by itself"
        raise InvalidArgument(argument="bucket", value=", ".join(buckets[:5]), problem=problem)
    datasets = AdapterDatasets()
    for uri, record in sorted(latest.items()):
        reason = "held" if is_held(record.bucket, record.key, record.etag) else _reason_to_skip(record)
        is_test = _fraction(uri) < test_share
        if not reason and not is_test and len(datasets.training) >= MAX_TRAINING_IMAGES:
            reason = "too_many"
        if reason:
            datasets.skipped[reason] = datasets.skipped.get(reason, 0) + 1
        else:
            (datasets.test if is_test else datasets.training).append(_image(record))
    return datasets


def encode_adapter_lines(images: Sequence[AdapterImage]) -> bytes:
    """Encode a manifest: JSON Lines, UTF-8. An empty list of labels means that the image is safe."""
    return b"".join(
        msgspec.json.encode(
            {"source-ref": image.uri, _TRUTH: {"ModerationLabels": [{"Name": name} for name in image.labels]}}
        )
        + b"\n"
        for image in images
    )


def _reason_to_skip(record: DecisionRecord) -> str:
    if record.decision is ReviewDecision.ESCALATE:
        return "held"
    if record.decision is ReviewDecision.SKIP:
        return "undecided"
    if not has_image_suffix(record.key):
        return "format"
    is_judged = record.labels_wrong or record.labels_missing
    if record.decision is ReviewDecision.ALLOW and record.labels and not is_judged:
        return "unclear"
    return ""


def _image(record: DecisionRecord) -> AdapterImage:
    right = [label.name for label in record.labels if label.name not in record.labels_wrong]
    return AdapterImage(
        record.uri,
        tuple(dict.fromkeys([*right, *record.labels_missing])),
        has_wrong=bool(record.labels_wrong),
        has_missing=bool(record.labels_missing),
    )


def _fraction(uri: str) -> float:
    return int.from_bytes(sha256(uri.encode()).digest()[: _HASH_BITS // 8]) / (1 << _HASH_BITS)
