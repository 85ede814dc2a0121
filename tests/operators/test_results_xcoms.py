"""The XComs of the results operator: their types, and how large they may be."""

import json

import jsonschema
import pytest
from operators.judging import read
from task_runner import FakeTaskInstance

TEXTS = {"type": "array", "items": {"type": "string"}}
NUMBER = {"type": "integer", "minimum": 0}
VERDICTS = ["allow", "review", "block"]


def closed(**properties):
    """A dict of these keys, all of them there, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


COUNTS = closed(
    **dict.fromkeys(["images", "analyzed", "flagged", *VERDICTS, "failed", "unaccounted"], NUMBER)
)

TEXT = {"type": "string"}
REPORT = closed(
    version={"const": 1},
    **dict.fromkeys(["html", "json", "latest_html", "latest_json", "headline", "drift_change"], TEXT),
    drift={"enum": ["learning", "calm", "alarm"]},
)

VERDICT_FILES = closed(version={"const": 1}, uris=TEXTS, images=NUMBER)

#: The XComs as a consumer may rely on them; docs/operators/results.md says the same in words.
SCHEMA = {
    "counts": COUNTS,
    "label_counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
    "flagged": {
        "type": "array",
        "items": closed(
            uri={"type": "string"},
            verdict={"enum": VERDICTS[1:]},
            rule={"type": "string"},
            confidence={"type": "number", "minimum": 0, "maximum": 100},
            labels={"type": "object", "additionalProperties": {"type": "number"}},
        ),
    },
    "errors": {
        "type": "array",
        "items": closed(
            uri={"type": ["string", "null"]},
            line_number={"type": ["integer", "null"]},
            code={"type": "string"},
            message={"type": "string"},
        ),
    },
    "summary": closed(
        job_ids=TEXTS,
        counts=COUNTS,
        left_out=closed(flagged=NUMBER, errors=NUMBER, label_counts=NUMBER),
        results_uris=TEXTS,
        # Stored results have no summary.
        summary_uris={"type": "array", "items": {"type": ["string", "null"]}},
        table_uris=TEXTS,
        model_versions=TEXTS,
        policy={"type": ["string", "null"]},
        policy_digest={"type": "string", "pattern": "^[0-9a-f]{16}$"},
        verdicts={"anyOf": [{"type": "null"}, VERDICT_FILES]},
        changed=NUMBER,
        report={"anyOf": [{"type": "null"}, REPORT]},
        jobs_file={"type": "null"},
    ),
}
POLICY = {"name": "strict", "labels": {"Pills": {"block": 80}, "Swimwear or Underwear": "allow"}}


@pytest.mark.parametrize("policy", [None, POLICY])
@pytest.mark.parametrize("given", ["job", "job_id", "results_uri"])
def test_every_xcom_matches_its_schema(job, policy, given):
    ti = FakeTaskInstance()

    told = read(job if given == "job" else job[given], ti, policy=policy, parquet="s3://photos/tables/")

    assert set(ti.xcoms) == set(SCHEMA)
    assert told == ti.xcoms["summary"]
    for name, value in ti.xcoms.items():
        jsonschema.validate(value, SCHEMA[name])


def test_without_jobs_every_xcom_exists(aws):
    ti = FakeTaskInstance()

    read([], ti)

    for name, value in ti.xcoms.items():
        jsonschema.validate(value, SCHEMA[name])


def test_lists_are_cut_and_left_out_has_the_rest(job):
    ti = FakeTaskInstance()

    told = read(job, ti, max_xcom_items="1")

    assert [image["uri"] for image in ti.xcoms["flagged"]] == ["s3://photos/uploads/beach.jpg"]
    assert len(ti.xcoms["errors"]) == 1
    assert told["left_out"] == {"flagged": 4, "errors": 2, "label_counts": 0}


def test_xcoms_are_json_and_small(night, job):
    ti = FakeTaskInstance()

    told = read(job, ti)

    assert len(json.dumps(told)) < 2_000


def put_flagged(photos, images):
    label = {"Name": "Explicit", "Confidence": 99, "ParentName": "", "TaxonomyLevel": 1}
    found = {"detect-moderation-labels": {"ModerationLabels": [label]}}
    lines = (json.dumps({"source-ref": f"s3://photos/{number}.jpg"} | found) for number in range(images))
    photos.client.put_object(Bucket="photos", Key="stored.jsonl", Body="\n".join(lines).encode())
    return "s3://photos/stored.jsonl"


@pytest.mark.parametrize("most", [1_000, 5_000])
def test_a_list_has_at_most_its_maximum_size(photos, most):
    ti = FakeTaskInstance()

    told = read(put_flagged(photos, 100), ti, max_xcom_bytes=str(most))

    size = len(json.dumps(ti.xcoms["flagged"]))
    assert most - 200 < size <= most
    assert told["left_out"]["flagged"] == 100 - len(ti.xcoms["flagged"])
    assert told["counts"]["flagged"] == 100
