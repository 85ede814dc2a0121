import dataclasses
import hashlib
import re

import pytest
from core.strategies import awkward_ids, identities
from core.truth import limits
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.jobs.identity import (
    TaskIdentity,
    default_job_name,
    fingerprint,
    per_image_job_id,
    readable_key,
    request_token,
)

NIGHTLY = TaskIdentity("nightly", "scheduled__2026-05-01T00:00:00+00:00", "start", -1)
REQUEST = {
    "JobName": "nightly",
    "Input": {"S3Object": {"Bucket": "in", "Name": "manifest.jsonl"}},
    "OperationsConfig": {"DetectModerationLabels": {"MinConfidence": 50.0}},
    "OutputConfig": {"S3Bucket": "out", "S3KeyPrefix": "nightly"},
}


def fits(text, shape):
    allowed = limits(shape)
    return bool(
        allowed["min"] <= len(text) <= allowed["max"] and re.fullmatch(allowed["pattern"], text, re.ASCII)
    )


def fingerprint_of(request=REQUEST, *, content="etag", route="aws_default@us-east-1"):
    return fingerprint(request, content=content, route=route)


def cuts(text):
    """Every way to split a text into three ids."""
    return [
        TaskIdentity(text[:first], text[first:second], text[second:], -1)
        for first in range(len(text) + 1)
        for second in range(first, len(text) + 1)
    ]


@pytest.mark.parametrize("text", ['a","b", "c', "dag/run/task", "a-b-c-1", "a\\,\\b\n\0", 'é"], ["'])
def test_ids_that_join_to_the_same_text_are_different_identities(text):
    different = cuts(text)
    assert len({identity.digest for identity in different}) == len(different)
    assert len({default_job_name(identity) for identity in different}) == len(different)
    assert len({readable_key(identity) for identity in different}) == len(different)


@given(one=identities, other=identities)
def test_two_identities_share_their_digest_only_when_they_are_the_same(one, other):
    assert (one.digest == other.digest) is (one == other)


@given(dag=awkward_ids, run=awkward_ids, task=awkward_ids, index=st.integers(-1, 99))
def test_a_map_index_does_not_collide_with_a_task_id(dag, run, task, index):
    assert TaskIdentity(dag, run, f"{task}{index}", -1).digest != TaskIdentity(dag, run, task, index).digest


def test_the_try_number_is_not_part_of_the_identity():
    fields = [field.name for field in dataclasses.fields(TaskIdentity)]
    assert fields == ["dag_id", "run_id", "task_id", "map_index"]


def test_a_digest_is_the_same_in_every_release():
    # A retry after an upgrade must send the token of the previous try.
    text = '["nightly", "scheduled__2026-05-01T00:00:00+00:00", "start", -1]'
    assert NIGHTLY.digest == hashlib.sha256(text.encode()).hexdigest()
    token = f'["{NIGHTLY.digest}", "f00", 2]'
    assert request_token(NIGHTLY, "f00", 2) == hashlib.sha256(token.encode()).hexdigest()


@given(identity=identities, generation=st.integers(0, 1000))
def test_aws_accepts_a_request_token(identity, generation):
    assert fits(request_token(identity, fingerprint_of(), generation), "ClientRequestToken")


@given(one=identities, other=identities, generations=st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_two_identities_or_two_generations_never_share_a_token(one, other, generations):
    same = one == other and generations[0] == generations[1]
    tokens = {
        request_token(identity, "f", number)
        for identity, number in zip((one, other), generations, strict=True)
    }
    assert len(tokens) == (1 if same else 2)


def test_another_request_has_another_token():
    assert request_token(NIGHTLY, "f", 0) != request_token(NIGHTLY, "g", 0)


@given(identities)
def test_aws_accepts_a_default_job_name(identity):
    assert fits(default_job_name(identity), "MediaAnalysisJobName")


def test_a_job_name_starts_with_dag_task_and_index():
    name = default_job_name(dataclasses.replace(NIGHTLY, map_index=7))
    assert name.startswith("nightly-start-7-scheduled__2026-05-01T00-00-00-")


def test_long_ids_are_truncated_and_still_unique():
    long = [TaskIdentity("d" * 250, run, "t" * 250, -1) for run in ("monday", "tuesday")]
    names = {default_job_name(identity) for identity in long}
    assert len(names) == 2
    assert all(len(name) == 64 for name in names)
    assert len({readable_key(identity) for identity in long}) == 2


@given(st.builds(TaskIdentity, *[st.text(max_size=250)] * 3, st.integers(-1, 9)))
def test_a_readable_key_has_three_parts_of_plain_characters_and_fits_into_s3(identity):
    key = readable_key(identity)
    assert re.fullmatch(r"[a-zA-Z0-9_.-]*/[a-zA-Z0-9_.-]*/[a-zA-Z0-9_.-]+", key, re.ASCII)
    assert len(key.encode()) <= 600


def test_a_readable_key_reads_as_dag_task_and_run():
    assert readable_key(NIGHTLY).startswith("nightly/start/scheduled__2026-05-01T00-00-00-00-00-")


def test_mapped_tasks_of_one_run_never_share_a_readable_key():
    # Their eight digits do, once in 8,192 runs of 1,024 mapped tasks.
    mapped = [dataclasses.replace(NIGHTLY, map_index=index) for index in (-1, 0, 1, 10, 1023)]
    assert [readable_key(identity).split("/")[1] for identity in mapped] == [
        "start",
        "start-0",
        "start-1",
        "start-10",
        "start-1023",
    ]


def test_the_order_of_members_does_not_change_the_fingerprint():
    assert fingerprint_of(dict(reversed(REQUEST.items()))) == fingerprint_of()


@pytest.mark.parametrize(
    "change",
    [
        {"JobName": "other"},
        {"Input": {"S3Object": {"Bucket": "in", "Name": "other.jsonl"}}},
        {"Input": {"S3Object": {"Bucket": "in", "Name": "manifest.jsonl", "Version": "1"}}},
        {"OperationsConfig": {"DetectModerationLabels": {"MinConfidence": 50.1}}},
        {"OperationsConfig": {"DetectModerationLabels": {}}},
        {"OutputConfig": {"S3Bucket": "out"}},
        {"KmsKeyId": "key"},
    ],
)
def test_every_member_of_a_request_is_in_its_fingerprint(change):
    assert fingerprint_of(REQUEST | change) != fingerprint_of()


def test_the_manifests_bytes_and_the_account_are_in_the_fingerprint():
    fingerprints = {
        fingerprint_of(),
        fingerprint_of(content="other"),
        fingerprint_of(route="aws_default@eu-west-1"),
    }
    assert len(fingerprints) == 3
    assert fingerprint_of(content="a", route="b") != fingerprint_of(content="b", route="a")


def test_a_per_image_job_id_is_valid_for_aws_and_never_an_id_of_aws():
    job_id = per_image_job_id(NIGHTLY, "f" * 64, 0)

    assert re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", job_id)
    assert not re.fullmatch(r"[0-9a-f]{64}", job_id)
    assert job_id == per_image_job_id(NIGHTLY, "f" * 64, 0)
    assert len({job_id, per_image_job_id(NIGHTLY, "f" * 64, 1), per_image_job_id(NIGHTLY, "e" * 64, 0)}) == 3
