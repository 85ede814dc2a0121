import pytest

from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.plugins.moderation_page.problems import problem_of_error, problem_of_status


@pytest.mark.parametrize("status", [401, 403, 404, 405, 418, 429])
def test_every_status_has_a_text_and_stays_the_status(status):
    problem = problem_of_status(status)
    assert problem.status == status
    assert problem.title
    assert problem.advice


def test_an_error_of_the_package_gives_its_own_advice():
    error = UnreadableReport(uri="s3://photos/report.json", problem="it is empty")
    problem = problem_of_error(error, "report")
    assert (problem.status, problem.title) == (502, "The report cannot be read")
    assert problem.advice == str(error)
