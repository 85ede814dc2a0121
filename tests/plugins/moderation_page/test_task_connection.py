"""The page reads with the connection of the task, and never with the credentials of the api-server."""

import json

import pytest
from airflow.models.dag import DagModel

from airflow_provider_rekmedia.plugins.moderation_page import task_connection
from airflow_provider_rekmedia.plugins.moderation_page.connection_source import ConnectionSource
from airflow_provider_rekmedia.plugins.moderation_page.problems import Problem
from airflow_provider_rekmedia.plugins.moderation_page.task_connection import client_of_task


@pytest.fixture(autouse=True)
def credentials_of_the_server(monkeypatch, airflow_database):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "SERVER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "server")


@pytest.fixture
def define(monkeypatch):
    def connection(**members):
        monkeypatch.setenv("AIRFLOW_CONN_REPORTS", json.dumps({"conn_type": "aws"} | members))

    return connection


def client(aws_conn_id="reports", region_name="eu-west-1", verify=None):
    return client_of_task(ConnectionSource(aws_conn_id, region_name, verify), "night")


def test_the_client_has_the_keys_of_the_connection_and_the_region_of_the_task(define):
    define(login="TASK", password="task", extra={"region_name": "us-east-1"})
    made = client()
    assert made._request_signer._credentials.access_key == "TASK"
    assert made.meta.region_name == "eu-west-1"


def test_a_slow_s3_does_not_hold_a_thread_for_minutes(define):
    define(login="TASK", password="task", extra={"config_kwargs": {"max_pool_connections": 3}})
    config = client().meta.config
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (5, 20, 3)
    assert config.retries["total_max_attempts"] == 2


def test_presigned_urls_have_the_signature_that_every_region_accepts(define):
    define(login="TASK", password="task")
    url = client().generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "a.jpg"})
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"extra": {"region_name": "us-east-1"}},
        {"login": "TASK"},
        {"extra": {"profile_name": "server"}},
    ],
)
def test_a_connection_without_credentials_is_refused(define, members):
    define(**members)
    with pytest.raises(Problem, match="The connection has no credentials"):
        client()


def test_an_unknown_connection_is_refused():
    with pytest.raises(Problem, match="The connection does not exist here") as problem:
        client("nobody_defined_it")
    assert "nobody_defined_it" in problem.value.advice


def test_a_role_of_the_connection_is_assumed(define, aws):
    role = "arn:aws:iam::123456789012:role/reports"
    extra = {"role_arn": role, "region_name": "us-east-1", "endpoint_url": aws.endpoint_url}
    extra["service_config"] = {"sts": {"endpoint_url": aws.endpoint_url}}
    define(extra=extra)
    made = client()
    assert made._request_signer._credentials.access_key != "SERVER"


def test_with_teams_the_connection_is_the_one_of_the_dags_team(monkeypatch):
    asked = {}
    monkeypatch.setenv("AIRFLOW__CORE__MULTI_TEAM", "True")
    monkeypatch.setattr(DagModel, "get_team_name", lambda dag_id: f"team of {dag_id}", raising=False)

    def find(conn_id, **of_team):
        asked.update(of_team, conn_id=conn_id)
        raise Problem(409, "found", "")

    monkeypatch.setattr(task_connection.Connection, "get_connection_from_secrets", find)
    with pytest.raises(Problem, match="found"):
        client()
    assert asked == {"conn_id": "reports", "team_name": "team of night"}
