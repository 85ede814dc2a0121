import pytest

from airflow_provider_rekmedia.core.errors import InvalidInput
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.plugins.moderation_page.connection_source import ConnectionSource
from airflow_provider_rekmedia.plugins.moderation_page.problems import Problem
from airflow_provider_rekmedia.plugins.moderation_page.report_source import ReportSource, parse_report_source

FIELDS = {"report": "s3://photos/reports", "aws_conn_id": "aws_default"}


def test_rendered_fields_name_the_report_and_its_connection():
    source = parse_report_source(FIELDS | {"region_name": "eu-west-1", "verify": "False", "job": "ignored"})
    connection = ConnectionSource("aws_default", "eu-west-1", verify=False)
    assert source == ReportSource(S3Uri("photos", "reports/"), connection)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"report": None}, "This task writes no report"),
        ({"report": "None"}, "This task writes no report"),
        ({"report": "s3://***/reports/"}, "Airflow masked an argument of the task"),
    ],
)
def test_what_cannot_be_read_says_why(changes, title):
    with pytest.raises(Problem) as problem:
        parse_report_source(FIELDS | changes)
    assert problem.value.title == title


def test_a_truncated_field_is_an_error():
    with pytest.raises(InvalidInput):
        parse_report_source(FIELDS | {"report": "Truncated. You can change this behaviour"})
