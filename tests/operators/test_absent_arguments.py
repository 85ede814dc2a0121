"""An argument without a value arrives as ``None``, ``""`` or ``"None"``; no request contains such a text."""

from datetime import date, timedelta

import botocore.client
import pytest
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.airflow_compat import AirflowException, AirflowFailException
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor

OPERATORS = [
    RekognitionCreateManifestOperator,
    RekognitionStartMediaAnalysisJobOperator,
    RekognitionDetectModerationLabelsOperator,
    RekognitionMediaAnalysisResultsOperator,
    RekognitionMediaAnalysisJobSensor,
]
#: The texts that a template renders for an argument without a value.
SPELLINGS = [None, "", "None"]
#: An empty ``index`` expects only the given jobs, and no index is an error.
TWO_MEANINGS = {"index"}


@pytest.fixture
def requests(aws, monkeypatch):
    """Every request that boto3 makes: its operation, its parameters, and its region."""
    # Without a connection, boto3 reads the environment.
    environment = {"ENDPOINT_URL": aws.endpoint_url, "ACCESS_KEY_ID": "AKIA", "SECRET_ACCESS_KEY": "key"}
    for name, value in environment.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    seen = []
    send = botocore.client.BaseClient._make_api_call

    def record(client, operation, parameters):
        seen.append((operation, parameters, client.meta.region_name))
        return send(client, operation, parameters)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", record)
    return seen


@pytest.fixture
def arguments(photos):
    """Working arguments of each operator."""
    manifest = photos.put_manifest(photos.put("cat.jpg"))
    photos.client.put_object(Bucket="photos", Key="r-results.jsonl", Body=b"")
    analysis = {"manifest": manifest, "output": "s3://photos/out/"}
    stored = {"job": "s3://photos/r-results.jsonl"}
    return {
        RekognitionCreateManifestOperator: {
            "source": "s3://photos/uploads/",
            "manifest_prefix": "s3://photos/manifests/",
        },
        RekognitionStartMediaAnalysisJobOperator: analysis | {"poll_interval": 0.1},
        RekognitionDetectModerationLabelsOperator: analysis,
        RekognitionMediaAnalysisResultsOperator: stored,
        RekognitionMediaAnalysisJobSensor: stored,
    }


def outcome(kind, arguments):
    """Run the task; return its problem, or ``None``."""
    arguments = {"region_name": "us-east-1", "task_id": "task"} | arguments
    try:
        run_task(kind(**arguments), FakeTaskInstance())
    except AirflowException as error:
        return error
    return None


def argument_names(kind):
    return ["output" if name == "output_prefix" else name for name in kind.template_fields]


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in OPERATORS for name in argument_names(kind)]
)
def test_the_three_spellings_of_no_value_are_one(kind, name, arguments, requests):
    problems = {}
    for spelling in SPELLINGS:
        problem = problems[spelling] = outcome(kind, arguments[kind] | {name: spelling})
        assert problem is None or isinstance(problem, AirflowFailException), problem

    texts = [text for request in requests for text in texts_of(request)]
    assert "None" not in texts
    if name not in TWO_MEANINGS:
        assert len({type(problem) for problem in problems.values()}) == 1, problems


def texts_of(value):
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts_of(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts_of(item)]
    return [value] if isinstance(value, str) else []


def test_digits_that_native_rendering_made_a_number_are_text_again(arguments, requests):
    kind = RekognitionStartMediaAnalysisJobOperator
    changes = {"job_name": 20260501, "client_request_token": 20260501}

    assert outcome(kind, arguments[kind] | changes) is None
    (start,) = [parameters for operation, parameters, _ in requests if operation == "StartMediaAnalysisJob"]
    assert (start["JobName"], start["ClientRequestToken"]) == ("20260501", "20260501")


def test_a_timedelta_is_seconds_and_a_date_is_its_midnight(arguments, photos):
    start = RekognitionStartMediaAnalysisJobOperator
    seconds = {"poll_interval": timedelta(milliseconds=100), "timeout": timedelta(minutes=1)}
    create = RekognitionCreateManifestOperator

    assert outcome(start, arguments[start] | seconds) is None
    for day in (date(2026, 1, 1), 20260101, "2026-01-01"):
        operator = create(task_id="task", **arguments[create], modified_after=day)
        assert run_task(operator, FakeTaskInstance(run_id=str(type(day))))


@pytest.mark.parametrize(("verify", "meaning"), [("True", True), ("False", False), ("/ca.pem", "/ca.pem")])
def test_a_rendered_verify_keeps_its_meaning(verify, meaning):
    sensor = RekognitionMediaAnalysisJobSensor(task_id="task", job="abc", verify=verify)

    assert sensor.hook.verify == meaning
