import json
import re

import pytest
from core.strategies import jobs, json_values
from core.truth import limits
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import InvalidJob, InvalidS3Uri
from airflow_provider_rekmedia.core.job import Job, encode_job
from airflow_provider_rekmedia.core.job_reference import parse_job_reference

LIMITS = limits("MediaAnalysisJobId")


@given(jobs)
def test_what_an_operator_returned_is_the_job(job):
    assert parse_job_reference(encode_job(job)) == job


@given(
    st.from_regex(re.compile(LIMITS["pattern"], re.ASCII), fullmatch=True).filter(
        lambda text: len(text) <= 64
    )
)
def test_an_id_that_botocores_model_allows_is_an_id(job_id):
    assert parse_job_reference(job_id) == job_id


@given(st.text(max_size=80))
def test_a_text_is_an_id_exactly_when_botocores_model_allows_it(text):
    allowed = len(text) <= LIMITS["max"] and re.fullmatch(LIMITS["pattern"], text, re.ASCII)
    try:
        assert parse_job_reference(text) == text
        assert allowed
    except InvalidJob:
        assert not allowed


@pytest.mark.parametrize("value", ["", "a" * 65, "a b", "a\n", "id!", None, 5, ["abc"], b"abc", True])
def test_what_is_neither_is_refused(value):
    with pytest.raises(InvalidJob, match="neither a dict nor 1 to 64 letters"):
        parse_job_reference(value)


@given(jobs)
def test_a_job_that_a_template_made_text_of_is_refused_with_the_way_out(job):
    for text in (str(encode_job(job)), json.dumps(encode_job(job), indent=1), " {}"):
        with pytest.raises(InvalidJob, match=r"job=start\.output"):
            parse_job_reference(text)


@given(json_values)
def test_any_value_is_a_job_an_id_or_refused_by_name(value):
    try:
        assert isinstance(parse_job_reference(value), Job | str)
    except InvalidJob as error:
        assert "is not a job" in str(error)  # noqa: PT017 either outcome is right


@pytest.mark.parametrize(
    ("uri", "job_id"),
    [
        ("s3://b/out/abc-results.jsonl", "abc"),
        ("s3://b/out/übel.txt", "-bel-txt"),
        ("s3://b/-results.jsonl", "results"),
    ],
)
def test_the_uri_of_a_results_file_is_a_job_of_which_nothing_else_is_known(uri, job_id):
    job = parse_job_reference(uri)
    assert (job.results_uri, job.job_id, job.is_results_only) == (uri, job_id, True)


def test_a_prefix_is_no_results_file():
    with pytest.raises(InvalidS3Uri):
        parse_job_reference("s3://bucket")
