import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument, InvalidS3Uri
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, default_job_name
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.jobs.request_arguments import parse_request

TASK = TaskIdentity("dag", "run", "task", -1)
USUAL = {"manifest": "s3://photos/m.jsonl", "output": "s3://analysis/out/"}


@pytest.mark.parametrize("absent", [None, "", "None"])
def test_an_optional_argument_without_a_value_is_none(absent):
    names = ("manifest_version", "min_confidence", "project_version", "kms_key_id", "job_name")
    request = parse_request(TASK, **USUAL, **dict.fromkeys(names, absent))

    assert request == parse_request(TASK, **USUAL)
    assert request.job_name == default_job_name(TASK)


def test_rendered_text_and_native_digits_are_parsed():
    request = parse_request(TASK, **USUAL, min_confidence="62.5", manifest_version=7, job_name="mine")

    assert (request.manifest, request.output) == (S3Uri("photos", "m.jsonl"), S3Uri("analysis", "out/"))
    assert (request.min_confidence, request.manifest_version, request.job_name) == (62.5, "7", "mine")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"manifest": "photos/m.jsonl"}, InvalidS3Uri),
        ({"min_confidence": "much"}, InvalidArgument),
        ({"kms_key_id": ["a"]}, InvalidArgument),
    ],
)
def test_a_bad_argument_is_refused(changes, error):
    with pytest.raises(error):
        parse_request(TASK, **USUAL | changes)
