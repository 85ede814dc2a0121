import json

import pytest
from core.strategies import json_values
from core.truth import GOLDEN
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import MalformedSummary
from airflow_provider_rekmedia.core.results.summary import ImageError, Statistics, Summary, decode_summary

URI = "s3://output-bucket/output-location/abc-manifest-summary.json"
DOCUMENTED = (GOLDEN / "summary.json").read_bytes()


def read(value):
    return decode_summary(json.dumps(value).encode(), URI)


def test_awss_documented_summary_is_decoded():
    summary = decode_summary(DOCUMENTED, URI)
    assert summary.statistics == Statistics(total_json_lines=3, valid_json_lines=1, invalid_json_lines=2)
    assert [(each.line_number, each.source_ref, each.code, each.message) for each in summary.errors] == [
        (2, "s3://foo/bar/2.jpg", "INVALID_IMAGE_FORMAT", "Request has invalid image format."),
        (3, None, "INVALID_JSON_LINE", "The line is not JSON."),
    ]


@pytest.mark.parametrize(
    ("error", "number"),
    [
        ({"line-numer": 2}, 2),
        ({"line-number": 2}, 2),
        ({"line-numer": 0}, 0),
        ({"line-number": 0}, 0),
        ({"line-numer": 1, "line-number": 2}, 1),
        ({"line-numer": None, "line-number": 2}, 2),
        ({}, None),
    ],
)
def test_a_line_number_is_read_in_both_spellings(error, number):
    assert read({"errors": [error]}).errors[0].line_number == number


def test_every_member_of_a_summary_is_optional():
    nothing = Summary(statistics=Statistics(), errors=())
    assert read({}) == nothing
    assert read({"version": None, "statistics": None, "errors": None}) == nothing
    assert read({"statistics": {"total-json-lines": None}}) == nothing
    assert read({"errors": [{}]}).errors == (ImageError(code="unknown", message=""),)


@pytest.mark.parametrize(
    "malformed", [7, None, "text", {"line-numer": "2"}, {"code": 404}, {"source-ref": []}]
)
def test_a_malformed_error_does_not_affect_the_others(malformed):
    first, second = read({"errors": [malformed, {"code": "X", "source-ref": "s3://a/b.jpg"}]}).errors
    assert first.code == "UNREADABLE_ERROR"
    assert json.dumps(malformed)[:10] in first.message
    assert (second.code, second.source_ref) == ("X", "s3://a/b.jpg")


@pytest.mark.parametrize("version", ["2.0", 1.0, 1, None, ["1"]])
def test_the_version_is_ignored(version):
    assert read(json.loads(DOCUMENTED) | {"version": version}) == decode_summary(DOCUMENTED, URI)


def test_unknown_members_are_ignored():
    more = json.loads(DOCUMENTED)
    more["cost"] = {"usd": 1}
    more["statistics"]["skipped-json-lines"] = 0
    more["errors"][0]["severity"] = "low"
    assert read(more) == decode_summary(DOCUMENTED, URI)


@pytest.mark.parametrize("body", [DOCUMENTED.replace(b"\n", b"\r\n"), b" \n" + DOCUMENTED + b"\n\n"])
def test_line_endings_and_blanks_are_ignored(body):
    assert decode_summary(body, URI) == decode_summary(DOCUMENTED, URI)


def test_a_summary_cut_at_any_byte_is_malformed():
    body = DOCUMENTED.rstrip()
    for length in range(len(body)):
        with pytest.raises(MalformedSummary):
            decode_summary(body[:length], URI)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xef\xbb\xbf{}",
        b'{"errors": [{"code": "\xff"}]}',
        b'{"errors": [{"code": "\\ud800"}]}',
        b"[" * 100_000,
        b'{"x":' * 100_000,
        b'{"statistics": []}',
        b'{"statistics": {"total-json-lines": "3"}}',
        b'{"errors": {}}',
        DOCUMENTED * 2,
    ],
)
def test_rubbish_is_malformed_and_the_error_says_which_file(body):
    with pytest.raises(MalformedSummary, match=f"The summary {URI} cannot be read"):
        decode_summary(body, URI)


@given(st.binary())
def test_any_bytes_are_a_summary_or_malformed(body):
    try:
        assert isinstance(decode_summary(body, URI), Summary)
    except MalformedSummary as error:
        assert error.fields["uri"] == URI  # noqa: PT017 either outcome is right


@given(st.dictionaries(st.sampled_from(["version", "statistics", "errors"]), json_values))
def test_any_json_object_is_a_summary_or_malformed(value):
    try:
        assert isinstance(read(value), Summary)
    except MalformedSummary as error:
        assert error.fields["uri"] == URI  # noqa: PT017 either outcome is right
