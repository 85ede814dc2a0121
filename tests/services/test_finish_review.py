"""Decisions joined with verdicts: each one counts once, whatever dies."""

import io
import json
import sys

import pyarrow.parquet as pq
import pytest
from core.review.rows import row
from core.review.test_audit_sample import candidates, sampled
from fuzz.memory_s3 import MemoryS3
from services.review.review_stage import HOLDS, Killed, Stage, images

from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.errors import BadDecisions, ExtraMissing, InvalidArgument
from airflow_provider_rekmedia.core.review.audit_sample import encode_candidates
from airflow_provider_rekmedia.core.review.decision_record import pseudonym
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

PERSON, POLICY = "person", "policy"


@pytest.fixture
def stage():
    return Stage()


def put_import(stage, *rows):
    stage.put("s3://ops/d.jsonl", "\n".join(map(json.dumps, rows)).encode())
    return S3Uri("ops", "d.jsonl")


def table(stage, finished):
    return stage.lines(finished.summary["reviews"])


def test_the_decision_of_a_person_wins_and_undecided_images_keep_the_verdict(stage):
    written = stage.plan(*images("a", "b", "c", "d"), row("x", verdict=Decision.BLOCK))
    stage.answer(written, "abse")

    finished = stage.finish(written)

    assert stage.final(finished) == {
        "b": ("block", PERSON),
        "c": ("review", POLICY),
        "x": ("block", POLICY),
    }
    assert finished.summary["counts"] == {
        "allow": 1,
        "block": 1,
        "escalate": 1,
        "undecided": 1,
        "held": 0,
        "disagreements": 0,
        "double_by_same_person": 0,
        "queues": 1,
        "queues_answered": 1,
        "decisions": 4,
    }
    assert finished.verdicts.run_images == 10


def test_nobody_decided(stage, caplog):
    written = stage.plan(*images("a", "b"))

    finished = stage.finish(written)

    assert stage.final(finished) == {"a": ("review", POLICY), "b": ("review", POLICY)}
    assert "2 images are undecided" in caplog.text


def test_a_review_without_queues_passes_the_verdicts_on(stage):
    written = stage.plan(row("x", verdict=Decision.BLOCK))

    assert stage.final(stage.finish(written)) == {"x": ("block", POLICY)}


def test_a_decision_counts_for_all_images_with_the_same_bytes(stage):
    written = stage.plan(row("a", etag="e"), row("b", etag="e"))
    stage.answer(written, "b")

    finished = stage.finish(written)

    assert stage.final(finished) == {"a": ("block", PERSON), "b": ("block", PERSON)}
    assert len(table(stage, finished)) == 1


def test_an_undecided_image_is_decided_in_a_later_run(stage):
    monday = stage.plan(*images("a"))
    stage.finish(monday)
    tuesday = stage.plan(row("x", verdict=Decision.BLOCK), run="tuesday")
    stage.answer(tuesday, "b")

    finished = stage.finish(tuesday)

    assert stage.final(finished) == {"a": ("block", PERSON), "x": ("block", POLICY)}
    assert not any("/undecided/" in uri for uri in stage.s3.objects)
    assert not stage.plan(run="wednesday").plan.queues


def test_tables_have_pseudonyms_and_the_audit_trail_has_the_person(stage):
    written = stage.plan(*images("a", "b"))
    stage.answer(written, "ab")

    finished = stage.finish(written)

    assert {line["reviewer"] for line in table(stage, finished)} == {pseudonym("ann", "salt")}
    (uri,) = (uri for uri in stage.s3.objects if "/audit/" in uri)
    assert [(line["reviewer"], line["decision"]) for line in stage.lines(uri)] == [
        ("ann", "allow"),
        ("ann", "block"),
    ]


def test_an_escalated_image_is_only_where_it_must_be(stage):
    written = stage.plan(*images("secret.jpg", "b"))
    letters = "".join("e" if item.key == "secret.jpg" else "b" for item in stage.queues(written)[0].items)
    stage.answer(written, letters)

    finished = stage.finish(written)

    folders = {uri.split("/")[4] for uri in stage.everything_with("secret.jpg") if "/review/" in uri}
    # The queue that was answered, and the escalations. The rest of the review does not know the image.
    assert folders == {"escalations", "dag_id=nightly"}
    assert not [uri for uri in finished.verdicts.uris if uri in stage.everything_with("secret.jpg")]
    assert "secret" not in json.dumps(finished.summary)


def test_an_image_that_another_review_holds_leaves_the_verdict_files(stage):
    written = stage.plan(*images("a"))
    stage.put(str(hold_uri(HOLDS, S3Uri("photos", "a"))), b"{}")

    finished = stage.finish(written)

    assert (stage.final(finished), finished.summary["counts"]["held"]) == ({}, 1)
    assert finished.summary["counts"]["undecided"] == 0


def test_an_audit_image_that_a_person_blocks_enters_the_verdict_files(stage):
    sample = sampled([1, 2, 3, 4], 4)
    stage.put("s3://ops/c.json", encode_candidates(candidates(near=sample)))
    written = stage.plan(candidates=S3Uri("ops", "c.json"), audit_near=4)
    stage.answer(written, "base")

    finished = stage.finish(written)

    assert stage.final(finished) == {"1.jpg": ("block", PERSON)}
    assert finished.summary["counts"]["escalate"] == 1


def test_a_disagreement_keeps_both_and_the_safer_verdict_counts(stage):
    written = stage.plan(*images("a"), double_share=1.0)
    stage.answer(written, "a")
    stage.answer(written, "b", number=1, reviewer="bob")

    finished = stage.finish(written)

    assert stage.final(finished) == {"a": ("block", PERSON)}
    (line,) = stage.lines(finished.summary["disagreements"])
    assert {opinion["decision"] for opinion in line["opinions"]} == {"allow", "block"}
    assert len(table(stage, finished)) == 2


@pytest.mark.parametrize(("second", "number"), [("ann", 1), ("bob", 0)])
def test_two_decisions_of_one_person_are_no_double_review(stage, caplog, second, number):
    written = stage.plan(*images("a", "b"), double_share=1.0)
    stage.answer(written, "aa")
    stage.answer(written, "as", number=1, reviewer=second)

    finished = stage.finish(written)

    # The second image was skipped by the second person.
    assert finished.summary["counts"]["double_by_same_person"] == number
    assert ("there is no second opinion" in caplog.text) is bool(number)


def test_decisions_of_another_tool_count_like_those_in_airflow(stage):
    written = stage.plan(*images("a", "b", "c"), row("x", verdict=Decision.BLOCK))
    rows = [
        {"uri": "s3://photos/a", "decision": "block", "reviewer": "eve", "labels_missing": ["Pills"]},
        {"uri": "s3://photos/b", "decision": "escalate", "reviewer": "eve"},
        {"uri": "s3://photos/x", "decision": "allow", "reviewer": "eve"},
    ]

    finished = stage.finish(written, decisions_file=put_import(stage, *rows))

    assert stage.final(finished) == {"a": ("block", PERSON), "c": ("review", POLICY)}
    assert str(hold_uri(HOLDS, S3Uri("photos", "b"))) in stage.s3.objects
    assert [line["labels_missing"] for line in table(stage, finished)] == [["Pills"], []]
    assert len(stage.names("escalations")) == 1


def test_a_decision_about_an_unknown_image_is_refused_before_anything_is_written(stage):
    written = stage.plan(*images("a"))
    uri = put_import(stage, {"uri": "s3://photos/z", "decision": "block"})
    before = dict(stage.s3.objects)

    with pytest.raises(BadDecisions, match="line 1: the image s3://photos/z is in no verdict file"):
        stage.finish(written, decisions_file=uri)
    assert stage.s3.objects == before


def test_the_parquet_table_of_a_run_is_replaced_and_that_of_another_run_stays(stage):
    tables = S3Uri("ops", "tables/")
    monday = stage.plan(*images("a", "b"))
    stage.finish(monday, tables=tables)
    tuesday = stage.plan(*images("c"), run="tuesday")
    stage.answer(tuesday, "bab")
    stage.finish(tuesday, tables=tables)
    stage.answer(monday, "se")

    finished = stage.finish(monday, tables=tables)

    files = {
        uri: pq.read_table(io.BytesIO(stage.s3.objects[uri])) for uri in stage.s3.objects if "tables/" in uri
    }
    assert len(files) == 2
    own = files.pop(finished.summary["reviews_table"]).to_pylist()
    # An escalated image is in no table.
    assert [(row["key"], row["decision"], row["reviewer"]) for row in own] == [
        ("a", "skip", pseudonym("ann", "salt"))
    ]
    (other,) = files.values()
    assert other.num_rows == 3


def test_without_pyarrow_no_file_is_read_or_written(stage, monkeypatch):
    written = stage.plan(*images("a"))
    before = dict(stage.s3.objects)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    monkeypatch.setattr(stage.s3, "get_object", None)

    with pytest.raises(ExtraMissing, match="task that finishes the review"):
        stage.finish(written, tables=S3Uri("ops", "tables/"))
    assert stage.s3.objects == before


def test_statements_have_the_blocked_images(stage):
    written = stage.plan(*images("a", "b"), row("x", verdict=Decision.BLOCK))
    stage.answer(written, "ab")

    lines = stage.lines(stage.finish(written).summary["statements"])

    assert {(line["uri"], line["decided_by"]) for line in lines} == {
        ("s3://photos/x", POLICY),
        ("s3://photos/b", PERSON),
    }


def test_a_missing_plan_is_an_error(stage):
    with pytest.raises(InvalidArgument, match="no plan"):
        stage.finish(type("Written", (), {"uri": S3Uri("ops", "plans/x.json")}))


def test_wherever_the_finish_dies_a_retry_writes_the_same_and_each_decision_counts_once(stage):
    stage.finish(stage.plan(*images("old")))
    written = stage.plan(*images("a", "b", "c"), run="tuesday", double_share=1.0)
    stage.answer(written, "bbes")
    stage.answer(written, "abas", number=1, reviewer="bob")
    before, start = dict(stage.s3.objects), stage.changes
    tables = S3Uri("ops", "tables/")
    finished = stage.finish(written, tables=tables)
    for dies_at in range(stage.changes - start):
        retried = Stage(MemoryS3(before), dies_at=dies_at)
        with pytest.raises(Killed):
            retried.finish(written, tables=tables)
        retried.dies_at = None

        again = retried.finish(written, tables=tables)

        assert again == finished
        assert retried.s3.objects == stage.s3.objects
    ids = [line["record_id"] for line in table(stage, finished)]
    assert len(ids) == len(set(ids)) > 0


def test_a_finish_with_more_decisions_replaces_what_was_undecided(stage):
    written = stage.plan(*images("a", "b"))
    stage.finish(written)
    stage.answer(written, "bs")

    finished = stage.finish(written)

    assert stage.final(finished) == {"a": ("block", PERSON), "b": ("review", POLICY)}
    tuesday = stage.plan(run="tuesday")
    assert [item.key for item in stage.queues(tuesday)[0].items] == ["b"]
