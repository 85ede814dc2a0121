import pytest

from airflow_provider_rekmedia.plugins.moderation_page.connection_source import parse_connection_source
from airflow_provider_rekmedia.plugins.moderation_page.problems import Problem


@pytest.mark.parametrize("absent", [None, "", "None"])
def test_absent_arguments_are_no_arguments(absent):
    source = parse_connection_source({"aws_conn_id": "aws_default", "region_name": absent, "verify": absent})
    assert (source.region_name, source.verify) == (None, None)


@pytest.mark.parametrize(
    ("aws_conn_id", "title"),
    [
        (None, "The task has no connection"),
        ("", "The task has no connection"),
        ("***", "Airflow masked an argument of the task"),
    ],
)
def test_a_connection_that_cannot_be_used_says_why(aws_conn_id, title):
    with pytest.raises(Problem) as problem:
        parse_connection_source({"aws_conn_id": aws_conn_id})
    assert problem.value.title == title
