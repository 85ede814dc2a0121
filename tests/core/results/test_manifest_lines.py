"""Lines that are damaged, or of a manifest instead of results."""

import pytest

from airflow_provider_rekmedia.core.results.accounting import only_source_ref
from airflow_provider_rekmedia.core.results.image_result import BadLine, is_manifest_line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"source-ref": "s3://b/k"}', True),
        (b'{"source-ref": "s3://b/k", "x": 1}', False),
        (b"[", False),
        (b"7", False),
    ],
)
def test_a_manifest_line_has_only_a_uri(line, expected):
    assert is_manifest_line(line) is expected


@pytest.mark.parametrize(
    ("raw", "kept"), [(b'{"source-ref": "s3://b/k", "detect', b'"source-ref": "s3://b/k"'), (b"rubbish", b"")]
)
def test_a_damaged_line_keeps_only_its_uri(raw, kept):
    assert only_source_ref(BadLine(1, "damaged", raw)).raw == kept
