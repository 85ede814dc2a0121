"""Decisions of other tools: JSON Lines, CSV and an export of Label Studio."""

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import BadDecisions
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.decision_import import ImportedDecision, parse_decisions

JSONL, CSV = "s3://ops/d.jsonl", "s3://ops/d.CSV"
A = "s3://photos/a.jpg"


def lines(*rows):
    return "\n".join(map(json.dumps, rows)).encode()


def task(*choices, **changes):
    annotations = [
        {
            "completed_by": number,
            "updated_at": "2026-11-20T12:00:00Z",
            "result": [{"type": "choices", "value": {"choices": [choice]}}],
        }
        for number, choice in enumerate(choices, start=1)
    ]
    return {"data": {"picture": A}, "annotations": annotations} | changes


def test_json_lines_have_one_decision_each():
    body = lines({"uri": A, "decision": "allow"}) + b"\r\n\n"
    body += lines(
        {
            "source-ref": "s3://photos/b.jpg",
            "decision": "block",
            "reviewer": "ann",
            "at": "2026-11-20T13:00:00+01:00",
            "labels_wrong": ["Smoking"],
            "labels_missing": ["Pills", ""],
        }
    )

    assert parse_decisions(body, JSONL) == [
        ImportedDecision(line=1, uri=A, decision=ReviewDecision.ALLOW),
        ImportedDecision(
            line=3,
            uri="s3://photos/b.jpg",
            decision=ReviewDecision.BLOCK,
            reviewer="ann",
            at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            labels_wrong=("Smoking",),
            labels_missing=("Pills",),
        ),
    ]


def test_csv_has_the_same_columns():
    body = "\ufeffuri,decision,reviewer,at,labels_wrong\r\n".encode()
    body += b'"s3://photos/a, b.jpg",escalate,,2026-11-20 12:00,Smoking; Pills\r\n'

    assert parse_decisions(body, CSV) == [
        ImportedDecision(
            line=2,
            uri="s3://photos/a, b.jpg",
            decision=ReviewDecision.ESCALATE,
            at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            labels_wrong=("Smoking", "Pills"),
        )
    ]


def test_an_export_of_label_studio_has_one_decision_per_annotation():
    body = json.dumps([task("Allow", "block")]).encode()

    parsed = parse_decisions(body, "s3://ops/export.json")

    assert [(one.uri, str(one.decision), one.reviewer) for one in parsed] == [
        (A, "allow", "1"),
        (A, "block", "2"),
    ]
    assert parsed[0].at == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_annotator_may_be_an_object_with_an_id():
    annotation = task("allow")["annotations"][0] | {"completed_by": {"id": 7, "email": "ann@example.org"}}

    (parsed,) = parse_decisions(lines(task(annotations=[annotation])), JSONL)

    assert parsed.reviewer == "7"


def test_a_key_may_have_separators_that_only_python_splits_lines_at():
    uri = "s3://photos/a\u2028b\x85c\x0bd.jpg"

    assert [one.uri for one in parse_decisions(f"uri,decision\n{uri},allow\n".encode(), CSV)] == [uri]


def test_a_cancelled_annotation_is_no_decision():
    assert not parse_decisions(lines(task(annotations=[{"was_cancelled": True}])), JSONL)


@pytest.mark.parametrize(
    ("body", "uri", "says"),
    [
        (b"\n{", JSONL, "line 2"),
        (b"[1", JSONL, "line 1"),
        (b"\xff", JSONL, "line 1"),
        (b"a\n\xff", JSONL, "line 2"),
        (b"[" * 100_000, JSONL, "line 1"),
        (lines(1), JSONL, "line 1"),
        (lines({"decision": "allow"}), JSONL, "'uri' is missing"),
        (lines({"uri": A}), JSONL, "'decision' is missing"),
        (lines({"uri": A, "decision": "ok"}), JSONL, "not one of allow, block, escalate, skip"),
        (lines({"uri": A, "decision": ["allow"]}), JSONL, "not one of"),
        (lines({"uri": "a.jpg", "decision": "allow"}), JSONL, "does not start with s3"),
        (lines({"uri": "a.jpg", "decision": "escalate"}), JSONL, "the escalated image is no s3:// uri"),
        (lines({"uri": A, "decision": "allow", "at": "noon"}), JSONL, "line 1"),
        (lines({"uri": A, "decision": "allow", "at": 5}), JSONL, "line 1"),
        (lines({"uri": A, "decision": "allow", "at": "0001-01-01T00:00:00+23:59"}), JSONL, "out of range"),
        (lines({"uri": A, "decision": "allow", "labels_wrong": {"Smoking": 1}}), JSONL, "no list of names"),
        (lines({"uri": A, "decision": "allow", "labels_wrong": [None]}), JSONL, "no list of names"),
        (lines(task("allow", data={"text": "a"})), JSONL, "no s3:// uri"),
        (lines(task(annotations=[{"result": []}])), JSONL, "0 choices"),
        (lines(task(annotations=5)), JSONL, "line 1"),
        (b"uri,decision\ns3://photos/a,allow,x\n", CSV, "line 2"),
        (b'uri,decision\n"s3://photos/a,allow\n', CSV, "line 2"),
        (b"uri\ns3://photos/a\n", CSV, "'decision' is missing"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(body, uri, says):
    with pytest.raises(BadDecisions) as raised:
        parse_decisions(body, uri)

    assert says in str(raised.value)
    assert "Correct the line" in str(raised.value)


@given(st.binary() | st.text().map(str.encode), st.sampled_from([JSONL, CSV]))
def test_rubbish_is_read_or_refused(body, uri):
    with contextlib.suppress(BadDecisions):
        parse_decisions(body, uri)
