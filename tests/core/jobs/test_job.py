import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from core.strategies import jobs, json_values
from core.truth import documented_job, enum, limits
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import (
    InvalidJob,
    JobFailed,
    MalformedAnswer,
    RekmediaError,
    UnknownStatus,
)
from airflow_provider_rekmedia.core.job_failure import JobFailure
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, decode_job, encode_job, parse_job

#: The contract of the README and of every operator: what a task passes on.
TEN_KEYS = {
    "job_id",
    "engine",
    "status",
    "manifest_uri",
    "results_uri",
    "summary_uri",
    "model_version",
    "created_at",
    "completed_at",
    "output_uri",
}

#: What botocore's model says of an id.
ID = limits("MediaAnalysisJobId")


def response(**changes):
    """The smallest response of GetMediaAnalysisJob."""
    return {"JobId": "abc", "Status": "CREATED"} | changes


def failed(**details):
    return parse_job(response(Status="FAILED", FailureDetails=details))


def test_the_statuses_are_those_of_botocores_model():
    assert [str(status) for status in JobStatus] == enum("MediaAnalysisJobStatus")


@pytest.mark.parametrize("status", enum("MediaAnalysisJobStatus"))
def test_every_status_is_parsed_and_only_succeeded_and_failed_are_final(status):
    job = parse_job(response(Status=status))
    assert job.status == status
    assert job.status.is_final is (status in {"SUCCEEDED", "FAILED"})


@pytest.mark.parametrize("status", ["PARTIAL", "succeeded", "", "Status"])
def test_an_unknown_status_is_refused_with_the_jobs_id(status):
    with pytest.raises(UnknownStatus) as caught:
        parse_job(response(Status=status))
    assert caught.value.fields == {"job_id": "abc", "status": status}


@pytest.mark.parametrize("code", enum("MediaAnalysisJobFailureCode"))
def test_the_error_of_a_failed_job_has_code_message_and_advice(code):
    with pytest.raises(JobFailed) as caught:
        failed(Code=code, Message="AWS said so.").require_success()
    text = str(caught.value)
    assert f"Job abc ended FAILED: {code}: AWS said so. " in text
    assert text.split("AWS said so. ")[1].endswith(".")
    # The codes that speak of the caller's own doing stay as they are, however often a job is started.
    assert caught.value.retryable is (code in {"INTERNAL_ERROR", "RESOURCE_NOT_READY", "THROTTLED"})


def test_an_unknown_failure_code_is_kept_and_retryable():
    with pytest.raises(JobFailed, match="NEW_CODE: hm") as caught:
        failed(Code="NEW_CODE", Message="hm").require_success()
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("details", "failure"),
    [
        ({"Code": "THROTTLED"}, JobFailure("THROTTLED", "")),
        ({"Message": "hm"}, JobFailure("unknown", "hm")),
        ({}, None),
    ],
)
def test_failure_details_may_lack_either_part(details, failure):
    job = failed(**details)
    assert job.failure == failure
    with pytest.raises(JobFailed):
        job.require_success()


def test_only_a_job_that_succeeded_is_a_success():
    job = parse_job(response(Status="SUCCEEDED"))
    assert job.require_success() is job
    for status in set(enum("MediaAnalysisJobStatus")) - {"SUCCEEDED"}:
        with pytest.raises(RekmediaError, match=f"Job abc (is|ended) {status}"):
            parse_job(response(Status=status)).require_success()


def test_awss_documented_job_is_parsed():
    example = documented_job()
    for name in ("CreationTimestamp", "CompletionTimestamp"):
        example[name] = datetime.fromisoformat(example[name])
    at = "output-bucket/output-location/861a0645d98ef88efb75477628c011c04942d9d5f58faf2703c393c8cf8c1537"
    assert encode_job(parse_job(example)) == {
        "job_id": "861a0645d98ef88efb75477628c011c04942d9d5f58faf2703c393c8cf8c1537",
        "engine": "bulk",
        "status": "SUCCEEDED",
        "manifest_uri": "s3://input-bucket/input-manifest.json",
        "results_uri": f"s3://{at}-results.jsonl",
        "summary_uri": f"s3://{at}-manifest-summary.json",
        "model_version": None,  # the example is older than the member
        "created_at": "2023-07-28T14:05:51.958000+00:00",
        "completed_at": "2023-07-28T15:05:51.958000+00:00",
        "output_uri": "s3://output-bucket/output-location/",
        "min_confidence": 50,
    }


def test_a_minimal_response_gives_a_job_without_other_values():
    assert parse_job(response()) == Job(job_id="abc", engine=Engine.BULK, status=JobStatus.CREATED)


@pytest.mark.parametrize("missing", ["JobId", "Status"])
def test_a_response_without_id_or_status_is_malformed(missing):
    with pytest.raises(MalformedAnswer, match=f"The response of GetMediaAnalysisJob has no {missing}"):
        parse_job({name: value for name, value in response().items() if name != missing})


@pytest.mark.parametrize(
    "holder", [None, {}, {"S3Object": None}, {"S3Object": {"Bucket": "b"}}, {"S3Object": {"Name": "n"}}]
)
def test_an_incomplete_s3_object_has_no_uri(holder):
    job = parse_job(response(Input=holder, Results=holder, ManifestSummary=holder))
    assert (job.manifest_uri, job.results_uri, job.summary_uri) == (None, None, None)


@pytest.mark.parametrize(
    ("results", "version"),
    [({"ModelVersions": {"Moderation": "7.0"}}, "7.0"), ({"ModelVersions": {}}, None), ({}, None)],
)
def test_the_model_version_is_optional(results, version):
    assert parse_job(response(Results=results)).model_version == version


@pytest.mark.parametrize(
    ("config", "value"),
    [
        ({"DetectModerationLabels": {"MinConfidence": 60}}, 60),
        ({"DetectModerationLabels": {}}, None),
        ({}, None),
    ],
)
def test_the_min_confidence_is_parsed_if_the_request_has_it(config, value):
    assert parse_job(response(OperationsConfig=config)).min_confidence == value


@pytest.mark.parametrize("version", ["3HL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY", None])
def test_the_manifest_version_is_parsed_if_the_request_pinned_one(version):
    pinned = {"S3Object": {"Bucket": "b", "Name": "n"} | ({"Version": version} if version else {})}
    assert parse_job(response(Input=pinned)).manifest_version == version


@pytest.mark.parametrize(
    ("output", "uri"),
    [
        (None, None),
        ({}, None),
        ({"S3Bucket": "b"}, "s3://b/"),
        ({"S3Bucket": "b", "S3KeyPrefix": ""}, "s3://b/"),
        ({"S3Bucket": "b", "S3KeyPrefix": "a/b"}, "s3://b/a/b/"),
        ({"S3Bucket": "b", "S3KeyPrefix": "a/b/"}, "s3://b/a/b/"),
    ],
)
def test_the_output_is_a_prefix_with_one_slash_at_its_end(output, uri):
    assert parse_job(response(OutputConfig=output)).output_uri == uri


def test_times_are_converted_to_utc():
    noon_in_tokyo = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=9)))
    assert parse_job(response(CreationTimestamp=noon_in_tokyo)).created_at == datetime(
        2026, 5, 1, 3, tzinfo=UTC
    )
    encoded = encode_job(parse_job(response(CreationTimestamp=noon_in_tokyo)))
    assert encoded["created_at"] == "2026-05-01T03:00:00+00:00"


@pytest.mark.parametrize(
    "completed_at",
    ["2026-11-21T00:30:00+02:00", "2026-11-20T22:30:00Z", "2026-11-20T22:30:00", "20261120T223000"],
)
def test_a_decoded_time_is_utc_for_every_offset(completed_at):
    job = decode_job(encode_job(parse_job(response())) | {"completed_at": completed_at})
    assert job.completed_at == datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    assert job.completed_at.utcoffset() == timedelta(0)
    assert job.completed_at.date().isoformat() == "2026-11-20"


@given(st.text(alphabet=st.characters(max_codepoint=0x2FF), max_size=70))
def test_a_jobs_id_is_what_botocores_model_allows(job_id):
    allowed = re.fullmatch(ID["pattern"], job_id, re.ASCII) and ID["min"] <= len(job_id) <= ID["max"]
    value = encode_job(parse_job(response())) | {"job_id": job_id}
    if allowed:
        assert decode_job(value).job_id == job_id
        return
    with pytest.raises(InvalidJob):
        decode_job(value)


@given(jobs)
def test_an_encoded_job_has_the_ten_keys_and_survives_json(job):
    encoded = encode_job(job)
    assert set(encoded) - {"manifest_version", "min_confidence"} == TEN_KEYS
    assert ("min_confidence" in encoded) is (job.min_confidence is not None)
    assert ("manifest_version" in encoded) is (job.manifest_version is not None)
    texts = {name: value for name, value in encoded.items() if name != "min_confidence"}
    assert all(type(value) in {str, type(None)} for value in texts.values())
    assert decode_job(json.loads(json.dumps(encoded))) == job


def test_an_encoded_job_has_no_failure():
    assert decode_job(encode_job(failed(Code="THROTTLED", Message="hm"))).failure is None


def test_keys_of_a_later_version_are_ignored():
    job = parse_job(response())
    assert decode_job(encode_job(job) | {"verdicts": 3}) == job


@pytest.mark.parametrize(
    "change",
    [
        {"job_id": None},
        {"job_id": ""},
        {"job_id": "../../x"},
        {"job_id": "a" * 65},
        {"job_id": "a\n"},
        {"job_id": 5},
        {"results_uri": 5},
        {"model_version": 7.0},
        {"min_confidence": "60"},
        {"min_confidence": True},
        {"min_confidence": 101},
        {"min_confidence": float("nan")},
        {"engine": "quantum"},
        {"engine": None},
        {"status": "DONE"},
        {"status": []},
        {"created_at": "yesterday"},
        {"completed_at": 5},
        {"completed_at": "0001-01-01T00:00:00+02:00"},
    ],
)
def test_a_value_that_is_not_a_job_is_refused(change):
    with pytest.raises(InvalidJob, match="is not a job"):
        decode_job(encode_job(parse_job(response())) | change)


@given(st.dictionaries(st.sampled_from(sorted(TEN_KEYS)) | st.text(), json_values))
def test_any_dict_is_a_job_or_an_error(value):
    try:
        assert isinstance(decode_job(value), Job)
    except InvalidJob as error:
        assert error.fields["value"] == value  # noqa: PT017 any outcome but another exception is right
