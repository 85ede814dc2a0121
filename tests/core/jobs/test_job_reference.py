import json
import re

import pytest
from core.strategies import jobs, json_values
from core.truth import documented_job, limits
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import InvalidJob, InvalidS3Uri
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, per_image_job_id
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, encode_job
from airflow_provider_rekmedia.core.jobs.job_reference import distinct_jobs, parse_job_reference

LIMITS = limits("MediaAnalysisJobId")
#: The one id that AWS's documents show, and one of the per-image engine.
AWS_ID = documented_job()["JobId"]
OUR_ID = per_image_job_id(TaskIdentity("dag", "run", "task", -1), "fingerprint", 0)


@given(jobs)
def test_the_output_of_an_operator_is_a_job(job):
    assert parse_job_reference(encode_job(job)) == job


@given(
    st.from_regex(re.compile(LIMITS["pattern"], re.ASCII), fullmatch=True).filter(
        lambda text: len(text) <= 64
    )
)
def test_an_id_of_botocores_model_is_a_job_id(job_id):
    assert parse_job_reference(job_id) == job_id


@given(st.text(max_size=80).filter(lambda text: text != "None"))  # what a template renders without a value
def test_a_text_is_an_id_exactly_when_botocores_model_allows_it(text):
    allowed = len(text) <= LIMITS["max"] and re.fullmatch(LIMITS["pattern"], text, re.ASCII)
    try:
        assert parse_job_reference(text) == text
        assert allowed
    except InvalidJob:
        assert not allowed


@pytest.mark.parametrize("value", [None, "", "None"])
def test_a_job_without_a_value_is_not_a_job_id(value):
    with pytest.raises(InvalidJob, match="it has no value"):
        parse_job_reference(value)


@pytest.mark.parametrize("value", ["a" * 65, "a b", "a\n", "id!", 5, ["abc"], b"abc", True])
def test_any_other_value_is_refused(value):
    with pytest.raises(InvalidJob, match="neither a dict nor 1 to 64 letters"):
        parse_job_reference(value)


@given(jobs)
def test_a_job_rendered_to_text_is_refused_with_advice(job):
    for text in (str(encode_job(job)), json.dumps(encode_job(job), indent=1), " {}"):
        with pytest.raises(InvalidJob, match=r"job=start\.output"):
            parse_job_reference(text)


@given(json_values)
def test_any_value_is_a_job_an_id_or_an_error(value):
    try:
        assert isinstance(parse_job_reference(value), Job | str)
    except InvalidJob as error:
        assert "is not a job" in str(error)  # noqa: PT017 either outcome is right


@pytest.mark.parametrize(("job_id", "engine"), [(AWS_ID, "bulk"), (OUR_ID, "per_image")])
def test_the_uri_of_a_results_file_is_a_job_with_results_only(job_id, engine):
    job = parse_job_reference(f"s3://b/out/{job_id}-results.jsonl")
    assert (job.job_id, job.engine, job.is_results_only) == (job_id, engine, True)
    assert job.results_uri == f"s3://b/out/{job_id}-results.jsonl"


@pytest.mark.parametrize(
    ("uri", "beginning"),
    [
        ("s3://b/mon/results.jsonl", "results-"),
        ("s3://b/mon/night-results.jsonl", "night-"),
        ("s3://b/-results.jsonl", "results-"),
        ("s3://b/\u00fcbel.txt", "-bel-txt-"),
        (f"s3://b/{AWS_ID.upper()}-results.jsonl", AWS_ID.upper()[:40]),
        (f"s3://b/{AWS_ID}-results.json", AWS_ID[:40]),
        (f"s3://b/my-{AWS_ID}-results.jsonl", f"my-{AWS_ID[:40]}"),
        ("s3://b/" + "a" * 900, "a" * 40),
    ],
)
def test_results_with_another_name_get_an_id_that_starts_with_the_name(uri, beginning):
    job = parse_job_reference(uri)
    assert job.job_id.startswith(beginning)
    assert re.fullmatch(LIMITS["pattern"], job.job_id, re.ASCII)
    assert len(job.job_id) <= LIMITS["max"]
    assert job.job_id not in (AWS_ID, OUR_ID)
    assert (job.results_uri, job.is_results_only) == (uri, True)


@given(st.lists(st.text(alphabet="a-_/.\u00e9 +", min_size=1), min_size=2, max_size=9, unique=True))
def test_results_of_two_uris_never_have_the_same_id(keys):
    uris = [f"s3://b/{key}" for key in keys] + [f"s3://b/{'a' * 70}{key}" for key in keys]
    assert len({parse_job_reference(uri).job_id for uri in uris}) == len(set(uris))


def job(job_id="a", **known):
    return Job(job_id=job_id, engine=Engine.BULK, status=JobStatus.SUCCEEDED, **known)


def test_a_duplicate_job_is_returned_once():
    first, second = job("a", manifest_uri="s3://b/1"), job("b", manifest_uri="s3://b/2")
    assert distinct_jobs([first, second, first, second]) == [first, second]


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_job_and_its_results_file_the_job_is_kept(order):
    whole = job("a", manifest_uri="s3://b/m", results_uri="s3://b/r", summary_uri="s3://b/s")
    given_twice = [whole, job("a", results_uri="s3://b/r")][::order]
    assert distinct_jobs([*given_twice, job("b")]) == [whole, job("b")]


def test_a_prefix_is_not_a_results_file():
    with pytest.raises(InvalidS3Uri):
        parse_job_reference("s3://bucket")
