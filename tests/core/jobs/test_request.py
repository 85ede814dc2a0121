from copy import deepcopy

import pytest
from botocore.validate import ParamValidator
from core.truth import documented_job, rekognition
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.jobs.request import (
    ARGUMENT_BY_MEMBER,
    MediaAnalysisRequest,
    encode_request,
    is_job_of_request,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix

OPERATION = rekognition().operation_model("StartMediaAnalysisJob")
MINIMAL = MediaAnalysisRequest(manifest=S3Uri("in", "m.jsonl"), output=S3Uri("out", ""), job_name="nightly")

names = st.text(min_size=1)
requests = st.builds(
    MediaAnalysisRequest,
    manifest=st.builds(S3Uri, names, names),
    output=st.builds(S3Uri, names, st.text()),
    job_name=names,
    manifest_version=st.none() | names,
    min_confidence=st.none() | st.floats(0, 100),
    project_version=st.none() | st.text(min_size=20),
    kms_key_id=st.none() | names,
)


def paths(shape, prefix=""):
    """The dotted path of every member that is not a structure."""
    for name, member in shape.members.items():
        if member.type_name == "structure":
            yield from paths(member, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_every_member_of_the_request_has_an_argument():
    assert set(ARGUMENT_BY_MEMBER) == set(paths(OPERATION.input_shape))


@given(requests)
def test_any_request_has_the_shape_of_botocores_model(request):
    report = ParamValidator().validate(encode_request(request), OPERATION.input_shape)
    problems = [line for line in report.generate_report().splitlines() if "length" not in line]
    assert problems == []


def test_a_full_request_has_every_member_except_the_token():
    request = MediaAnalysisRequest(
        manifest=S3Uri("in", "m.jsonl"),
        output=S3Uri("out", "nightly/"),
        job_name="nightly",
        manifest_version="v1",
        min_confidence=0.0,
        project_version="arn",
        kms_key_id="key",
    )
    assert encode_request(request) == {
        "JobName": "nightly",
        "OperationsConfig": {"DetectModerationLabels": {"MinConfidence": 0.0, "ProjectVersion": "arn"}},
        "Input": {"S3Object": {"Bucket": "in", "Name": "m.jsonl", "Version": "v1"}},
        "OutputConfig": {"S3Bucket": "out", "S3KeyPrefix": "nightly"},
        "KmsKeyId": "key",
    }


def test_absent_arguments_are_not_sent():
    assert encode_request(MINIMAL) == {
        "JobName": "nightly",
        "OperationsConfig": {"DetectModerationLabels": {}},
        "Input": {"S3Object": {"Bucket": "in", "Name": "m.jsonl"}},
        "OutputConfig": {"S3Bucket": "out"},
    }


@pytest.mark.parametrize("uri", ["s3://out/output-location", "s3://out/output-location/"])
def test_a_prefix_is_sent_without_its_last_slash(uri):
    request = MediaAnalysisRequest(manifest=S3Uri("in", "m"), output=parse_s3_prefix(uri), job_name="n")
    assert encode_request(request)["OutputConfig"] == {
        "S3Bucket": "out",
        "S3KeyPrefix": "output-location",
    }


def changed(members, path, value):
    """A copy with another value at a path; ``None`` removes the member."""
    members = deepcopy(members)
    *holders, name = path.split(".")
    inner = members
    for holder in holders:
        inner = inner[holder]
    if value is None:
        del inner[name]
    else:
        inner[name] = value
    return members


@given(requests)
def test_a_job_with_the_members_of_a_request_is_of_that_request(request):
    encoded = encode_request(request)
    assert is_job_of_request(encoded | {"JobId": "abc", "Status": "QUEUED"}, encoded)


def test_awss_documented_job_is_of_the_request_with_its_members():
    job = documented_job()
    request = {name: job[name] for name in ("Input", "JobName", "OperationsConfig", "OutputConfig")}
    assert is_job_of_request(job, request)
    for path in paths(OPERATION.input_shape):
        if path in {"ClientRequestToken", "KmsKeyId", "Input.S3Object.Version"}:
            continue
        assert not is_job_of_request(changed(job, path, 51.5), request), path
        assert not is_job_of_request(changed(job, path, None), request), path
        assert not is_job_of_request(job, changed(request, path, None)), path


@pytest.mark.parametrize("path", ["KmsKeyId", "Input.S3Object.Version"])
def test_a_job_with_another_kms_key_or_version_is_of_another_request(path):
    encoded = encode_request(MINIMAL)
    assert not is_job_of_request(changed(encoded, path, "x"), encoded)
    assert not is_job_of_request(encoded, changed(encoded, path, "x"))


def test_a_confidence_in_single_precision_is_the_same_request():
    requested = changed(
        encode_request(MINIMAL), "OperationsConfig.DetectModerationLabels.MinConfidence", 33.3
    )
    returned = changed(requested, "OperationsConfig.DetectModerationLabels.MinConfidence", 33.29999923706055)
    assert is_job_of_request(returned, requested)


def test_an_absent_prefix_equals_an_empty_one():
    encoded = encode_request(MINIMAL)
    assert is_job_of_request(changed(encoded, "OutputConfig.S3KeyPrefix", ""), encoded)
