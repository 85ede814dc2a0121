import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments


def test_the_arguments_are_named_by_their_task():
    arguments = RunArguments(engine="bulk", analysis={"a": 1}, actions={"b": 2})

    assert dict(arguments.items()) == {
        "manifest": {},
        "moderate": {"a": 1},
        "results": {},
        "actions": {"b": 2},
        "review": {},
        "review.review": {},
        "review.finish": {},
    }


def test_a_task_of_the_review_has_its_own_key_or_that_of_the_plan():
    review = {"review": "s3://b/r/", "kms_key_id": "plan", "decisions_file": "s3://b/d.csv"}
    review |= {"question": {"kms_key_id": "question"}}

    arguments = dict(RunArguments(engine="bulk", review=review).items())

    assert arguments["review"] == {"review": "s3://b/r/", "kms_key_id": "plan"}
    assert arguments["review.review"] == {"kms_key_id": "question"}
    assert arguments["review.finish"] == {
        "kms_key_id": "plan",
        "decisions_file": "s3://b/d.csv",
        "parquet": None,
    }


def test_a_review_that_asks_nobody_has_no_such_task():
    review = {"review": "s3://b/r/", "question": None}

    assert dict(RunArguments(engine="bulk", review=review).items())["review.review"] == {}


def test_arguments_of_a_task_that_are_no_dict_are_an_error():
    with pytest.raises(InvalidArgument, match="finish"):
        list(RunArguments(engine="bulk", review={"finish": "{'parquet': 1}"}).items())
