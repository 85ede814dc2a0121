import json

import pytest

from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.per_image.settled_image import (
    SettledImage,
    decode_settled,
    encode_result,
    encode_settled,
    encode_summary,
    pick_result_members,
)
from airflow_provider_rekmedia.core.results.image_result import ImageResult, decode_result_line
from airflow_provider_rekmedia.core.results.summary import decode_summary

ANSWER = {
    "ModerationLabels": [
        {"Name": "Alcohol", "Confidence": 99.44782257080078, "ParentName": "", "TaxonomyLevel": 1}
    ],
    "ModerationModelVersion": "7.0",
    "ContentTypes": [],
    "ResponseMetadata": {"RequestId": "x", "HTTPHeaders": {"date": "today"}},
}
DONE = SettledImage(line=1, source_ref="s3://photos/\u2028 \u00fc\n.jpg", answer=pick_result_members(ANSWER))
FAILED = SettledImage(line=2, source_ref="s3://photos/b", code="ImageTooLargeException", message="too large")
NONE = SettledImage(line=3, code="InvalidManifestException", message="no uri")


def test_a_part_round_trips():
    assert decode_settled(encode_settled([DONE, FAILED, NONE]), "s3://b/k") == [DONE, FAILED, NONE]


def test_a_truncated_part_is_an_error():
    with pytest.raises(UnreadableRecord, match="s3://b/k"):
        decode_settled(encode_settled([DONE, FAILED])[:-9], "s3://b/k")


def test_a_deeply_nested_part_is_an_error():
    with pytest.raises(UnreadableRecord):
        decode_settled(b'{"line": 1, "answer": {"a":' + b"[" * 100_000, "s3://b/k")


def test_a_result_is_the_response_without_boto3s_metadata():
    line = encode_result(DONE)
    read = decode_result_line(line, 1)

    assert line.count(b"\n") == 1
    assert isinstance(read, ImageResult)
    assert read.source_ref == DONE.source_ref
    assert json.loads(line)["detect-moderation-labels"] == {
        k: v for k, v in ANSWER.items() if k != "ResponseMetadata"
    }


def test_the_summary_has_one_error_for_each_failed_line():
    summary = decode_summary(encode_summary([FAILED, NONE], total=3), "s3://b/k")

    assert summary.statistics.total_json_lines == 3
    assert summary.statistics.valid_json_lines == 1
    assert [(each.code, each.source_ref, each.line_number) for each in summary.errors] == [
        ("ImageTooLargeException", "s3://photos/b", 2),
        ("InvalidManifestException", None, 3),
    ]
