import json

import pytest
from core.learning.records import record

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.learning import adapter_manifest
from airflow_provider_rekmedia.core.learning.adapter_manifest import (
    AdapterImage,
    adapter_datasets,
    encode_adapter_lines,
)


def all_images(records, **arguments):
    datasets = adapter_datasets(records, **arguments)
    return [*datasets.training, *datasets.test], datasets.skipped


def test_lines_are_as_aws_documents_them():
    images = [
        AdapterImage("s3://photos/1.jpg", ("Alcohol", "Rude Gesture"), has_wrong=False, has_missing=True),
        AdapterImage("s3://photos/2.jpg", (), has_wrong=True, has_missing=False),
    ]
    assert [json.loads(line) for line in encode_adapter_lines(images).splitlines()] == [
        {
            "source-ref": "s3://photos/1.jpg",
            "content-moderation-groundtruth": {
                "ModerationLabels": [{"Name": "Alcohol"}, {"Name": "Rude Gesture"}]
            },
        },
        {"source-ref": "s3://photos/2.jpg", "content-moderation-groundtruth": {"ModerationLabels": []}},
    ]


def test_labels_are_right_unless_a_person_said_otherwise():
    found, skipped = all_images(
        [
            record(1, labels=("Alcohol", "Violence")),
            record(2, "allow", labels=("Alcohol", "Violence"), labels_wrong=("Alcohol",)),
            record(3, labels=("Alcohol",), labels_missing=("Violence", "Alcohol")),
            record(4, "allow", labels=()),
        ],
        test_share=0.0,
    )
    assert [image.labels for image in found] == [
        ("Alcohol", "Violence"),
        ("Violence",),
        ("Alcohol", "Violence"),
        (),
    ]
    assert [image.has_wrong for image in found] == [False, True, False, False]
    assert [image.has_missing for image in found] == [False, False, True, False]
    assert skipped == {}


def test_images_without_a_clear_truth_are_skipped():
    found, skipped = all_images(
        [
            record(1, "allow"),
            record(2, "skip"),
            record(3, "escalate"),
            record(4, suffix=".webp"),
            record(5),
        ],
        is_held=lambda bucket, key, _etag: (bucket, key) == ("photos", "5.jpg"),
    )
    assert found == []
    assert skipped == {"unclear": 1, "undecided": 1, "held": 2, "format": 1}


def test_the_last_decision_about_an_image_counts():
    found, _ = all_images([record(1), record(1, "allow", labels_wrong=("Alcohol",))])
    assert [image.labels for image in found] == [()]


def test_an_image_stays_in_its_file_when_more_images_come():
    few, many = (adapter_datasets(map(record, range(number))) for number in (100, 1_000))
    assert {image.uri for image in few.test} <= {image.uri for image in many.test}
    assert 150 < len(many.test) < 250
    assert len(many.test) + len(many.training) == 1_000


def test_more_training_images_than_aws_takes_are_left_out(monkeypatch):
    monkeypatch.setattr(adapter_manifest, "MAX_TRAINING_IMAGES", 10)
    datasets = adapter_datasets(map(record, range(40)))
    assert len(datasets.training) == 10
    assert datasets.skipped == {"too_many": 30 - len(datasets.test)}


def test_images_of_two_buckets_are_refused():
    with pytest.raises(InvalidArgument, match="one bucket"):
        adapter_datasets([record(1), record(2, bucket="others")])


def test_minimums_of_aws_are_checked():
    assert adapter_datasets([]).missing == (
        "50 more training images with a missing label, or 20 more with a wrong label, 20 more test images"
    )
    wrong = (record(number, labels_wrong=("Alcohol",)) for number in range(200))
    assert adapter_datasets(wrong).missing == ""
    missed = (record(number, labels_missing=("Violence",)) for number in range(200))
    assert adapter_datasets(missed).missing == ""
    right = map(record, range(200))
    assert adapter_datasets(right).missing.endswith("or 20 more with a wrong label")
