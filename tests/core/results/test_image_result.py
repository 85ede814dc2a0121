import json

import pytest
from core.strategies import json_values
from core.truth import GOLDEN, limits, rekognition
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.results.image_result import (
    BadLine,
    ContentType,
    Detection,
    ImageResult,
    ModerationLabel,
    decode_result_line,
    decode_results,
)

DOCUMENTED = (GOLDEN / "results.jsonl").read_bytes()
FLAGGED = {
    "source-ref": "s3://photos/ä\u2028.jpg",
    "detect-moderation-labels": {
        "ModerationLabels": [
            {"Confidence": 97.5, "Name": "Pills", "ParentName": "Products", "TaxonomyLevel": 3},
            {"Confidence": 97.5, "Name": "Drugs & Tobacco", "ParentName": "", "TaxonomyLevel": 1},
        ],
        "ModerationModelVersion": "7.0",
        "ContentTypes": [],
        "ProjectVersion": "arn:aws:rekognition:us-east-1:111122223333:project/p/version/1/1",
    },
}


def line_of(value):
    return json.dumps(value, ensure_ascii=False).encode()


def changed(**members):
    return line_of(FLAGGED | {"detect-moderation-labels": FLAGGED["detect-moderation-labels"] | members})


def test_awss_documented_line_is_a_clean_image():
    assert decode_result_line(DOCUMENTED, 1) == ImageResult(
        source_ref="s3://foo/bar/1.jpg",
        detection=Detection(
            moderation_labels=(),
            moderation_model_version="7.0",
            content_types=(ContentType(name="Animated", confidence=72.7257),),
        ),
    )


def test_a_flagged_image_has_its_labels_with_parents_and_levels():
    result = decode_result_line(line_of(FLAGGED), 1)
    assert result.source_ref == "s3://photos/ä\u2028.jpg"
    assert result.detection.project_version.endswith("project/p/version/1/1")
    assert result.detection.moderation_labels == (
        ModerationLabel(name="Pills", confidence=97.5, parent_name="Products", taxonomy_level=3),
        ModerationLabel(name="Drugs & Tobacco", confidence=97.5, parent_name="", taxonomy_level=1),
    )


@pytest.mark.parametrize(
    ("struct", "shape"),
    [
        (ModerationLabel, "ModerationLabel"),
        (ContentType, "ContentType"),
    ],
)
def test_every_member_of_botocores_model_is_decoded(struct, shape):
    assert set(struct.__struct_encode_fields__) == set(rekognition().shape_for(shape).members)


def test_a_detection_has_all_members_of_the_response_except_the_human_loop():
    members = set(rekognition().shape_for("DetectModerationLabelsResponse").members)
    assert set(Detection.__struct_encode_fields__) == members - {"HumanLoopActivationOutput"}


def test_an_older_model_has_no_taxonomy_levels():
    old = changed(ModerationLabels=[{"Confidence": 50, "Name": "Nudity"}], ModerationModelVersion="6.1")
    label = decode_result_line(old, 1).detection.moderation_labels[0]
    assert (label.parent_name, label.taxonomy_level, label.confidence) == ("", None, 50.0)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b" \t"])
def test_a_line_may_have_its_line_ending(end):
    assert isinstance(decode_result_line(line_of(FLAGGED) + end, 1), ImageResult)


def test_unknown_members_are_ignored():
    line = line_of(FLAGGED | {"metadata": {"a": [1]}})
    assert decode_result_line(line, 1) == decode_result_line(line_of(FLAGGED), 1)


def test_the_last_of_two_equal_members_is_used():
    line = b'{"source-ref": "s3://b/first.jpg", ' + DOCUMENTED[1:]
    assert decode_result_line(line, 1).source_ref == "s3://foo/bar/1.jpg"


@pytest.mark.parametrize("line", [DOCUMENTED.rstrip(), line_of(FLAGGED)])
def test_a_line_cut_at_any_byte_is_a_bad_line_with_its_number(line):
    for length in range(len(line)):
        bad = decode_result_line(line[:length], 7)
        assert isinstance(bad, BadLine), line[:length]
        assert bad.line_number == 7
        assert bad.problem


@pytest.mark.parametrize(
    "line",
    [
        b"\xef\xbb\xbf" + DOCUMENTED,
        DOCUMENTED.replace(b"7.0", b"\xff\xfe"),
        DOCUMENTED.replace(b"foo", b"\\ud800"),
        DOCUMENTED.replace(b"72.7257", b"NaN"),
        DOCUMENTED.replace(b"72.7257", b"1e999"),
        DOCUMENTED.replace(b"\n", DOCUMENTED),
        b"[" * 100_000,
        b'{"x": ' + b'{"x": ' * 100_000,
        b"null",
        b"{}",
        b"\0",
        line_of({"source-ref": "s3://b/k"}),
        line_of({"detect-moderation-labels": {"ModerationLabels": []}}),
        line_of(FLAGGED | {"source-ref": 5}),
        line_of(FLAGGED | {"detect-moderation-labels": None}),
        changed(ModerationLabels=None),
        changed(ModerationLabels={}),
        changed(ModerationLabels=[{"Name": "Pills"}]),
        changed(ModerationLabels=[{"Confidence": "97", "Name": "Pills"}]),
        changed(ModerationLabels=[{"Confidence": 97, "Name": "Pills", "TaxonomyLevel": "3"}]),
        changed(ContentTypes="Animated"),
    ],
)
def test_rubbish_is_a_bad_line(line):
    assert isinstance(decode_result_line(line, 3), BadLine)


def labelled(*, confidence="50", level="1"):
    """A line with these texts for both numbers."""
    line = changed(ModerationLabels=[{"Name": "Pills", "Confidence": -5, "TaxonomyLevel": -7}])
    return line.replace(b"-5", confidence.encode()).replace(b"-7", level.encode())


def test_a_confidence_is_in_the_range_of_botocores_model():
    least, most = limits("Percent")["min"], limits("Percent")["max"]
    for inside in (str(least), "0.5", f"{most}.0"):
        assert isinstance(decode_result_line(labelled(confidence=inside), 1), ImageResult)
    for outside in ("-1", "-0.0001", f"{most}.0001", "1e308", "1" + "0" * 400):
        bad = decode_result_line(labelled(confidence=outside), 3)
        assert bad.line_number == 3
        assert "Confidence" in bad.problem
        kinds = [{"Name": "Animated", "Confidence": -5}]
        kind = changed(ContentTypes=kinds).replace(b"-5", outside.encode())
        assert isinstance(decode_result_line(kind, 3), BadLine)


def test_a_level_fits_the_tables_column():
    for inside in ("null", "0", "3", "127"):  # int8
        assert isinstance(decode_result_line(labelled(level=inside), 1), ImageResult)
    for outside in ("-1", "128", "1000", str(2**70), "1" + "0" * 400):
        assert "TaxonomyLevel" in decode_result_line(labelled(level=outside), 3).problem


def test_the_problem_has_its_place_in_the_line():
    bad = decode_result_line(changed(ModerationLabels=[{"Name": "Pills"}]), 3)
    assert "Confidence" in bad.problem
    assert "ModerationLabels" in bad.problem


def test_a_line_of_megabytes_is_decoded():
    labels = [{"Confidence": 50.5, "Name": "Pills"}] * 100_000
    line = changed(ModerationLabels=labels)
    assert len(line) > 3_000_000
    assert len(decode_result_line(line, 1).detection.moderation_labels) == 100_000
    assert isinstance(decode_result_line(line[:-1], 1), BadLine)


@given(st.binary())
def test_any_bytes_are_a_result_or_a_bad_line(line):
    assert isinstance(decode_result_line(line, 1), ImageResult | BadLine)


@given(json_values, st.sampled_from(["source-ref", "detect-moderation-labels"]))
def test_any_json_in_any_member_is_a_result_or_a_bad_line(value, member):
    assert isinstance(decode_result_line(line_of(FLAGGED | {member: value}), 1), ImageResult | BadLine)


@given(json_values, st.sampled_from(["ModerationLabels", "ContentTypes", "ModerationModelVersion"]))
def test_any_json_inside_the_detection_is_a_result_or_a_bad_line(value, member):
    assert isinstance(decode_result_line(changed(**{member: value}), 1), ImageResult | BadLine)


GOOD = b'{"source-ref": "s3://b/k", "detect-moderation-labels": {"ModerationLabels": []}}'


@given(
    lines=st.lists(
        st.sampled_from([GOOD, b"", b" \r", b"{}", b"\xff", GOOD + GOOD, GOOD[:40], b"[" * 2000]), max_size=9
    ),
    ends=st.booleans(),
)
@example(lines=[b"", GOOD + GOOD], ends=False)
@example(lines=[GOOD + GOOD[:26], GOOD[26:]], ends=True)
def test_a_block_decodes_like_its_separate_lines(lines, ends):
    block = b"\n".join(lines) + b"\n" * ends
    results, bad, following = decode_results(block, 5)
    expected = [decode_result_line(line, n) for n, line in enumerate(lines, start=5) if line.strip()]
    assert results == [each for each in expected if isinstance(each, ImageResult)]
    assert bad == [each for each in expected if isinstance(each, BadLine)]
    assert following == 5 + block.count(b"\n") + (block != b"" and not block.endswith(b"\n"))


def test_a_value_on_two_lines_is_not_a_result():
    two_lines = GOOD.replace(b", ", b",\n")
    results, bad, _ = decode_results(two_lines + b"\n" + GOOD, 1)
    assert len(results) == 1
    assert [line.line_number for line in bad] == [1, 2]
