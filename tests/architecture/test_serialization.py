"""Triggers, operators and mapped operators survive Airflow's serialization unchanged."""

import importlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from airflow.models.trigger import Trigger
from airflow.serialization import serialized_objects
from architecture.inventory import LINKS, TASKS, TRIGGERS, arguments_of

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator

#: Airflow 3 and Airflow 2 name the class that serializes Dags differently.
DagSerialization = getattr(serialized_objects, "DagSerialization", None) or serialized_objects.SerializedDAG

DEADLINE = "2026-11-23T12:00:00+00:00"
CONNECTION = {
    "aws_conn_id": "aws_other",
    "region_name": "eu-west-1",
    "verify": False,
    "botocore_config": {"retries": {"mode": "standard", "max_attempts": 2}, "user_agent_extra": "x"},
}
EVERY_ARGUMENT = {
    "RekognitionMediaAnalysisJobTrigger": {
        "job_id": "a" * 64,
        "deadline": DEADLINE,
        "poll_interval": 12.5,
        **CONNECTION,
    },
    "RekognitionSubmissionRetryTrigger": {
        "moment": DEADLINE,
        "deadline": DEADLINE,
        "waiting_since": DEADLINE,
    },
    "RekognitionJobSlotTrigger": {
        "moment": DEADLINE,
        "deadline": DEADLINE,
        "refused_at": DEADLINE,
        "waiting_since": DEADLINE,
        "poll_interval": 12.5,
        **CONNECTION,
    },
}
each_trigger = pytest.mark.parametrize("kind", TRIGGERS, ids=lambda kind: kind.__name__)

OPERATOR_ARGUMENTS = {
    "RekognitionCreateManifestOperator": {"source": "s3://a/b/", "manifest_prefix": "{{ params.prefix }}"},
    "RekognitionStartMediaAnalysisJobOperator": {
        "manifest": "s3://a/b",
        "output": "s3://a/out/",
        "timeout": 7,
    },
    "RekognitionDetectModerationLabelsOperator": {
        "manifest": "s3://a/b",
        "output": "s3://a/out/",
        "max_tps": 7,
    },
    "RekognitionPreflightOperator": {
        "engine": "bulk",
        "manifest": {"source": "s3://a/in/", "manifest_prefix": "s3://a/manifests/"},
        "analysis": {"output": "s3://a/out/"},
        "results": {"policy": "social_network"},
        "actions": {"actions": {"block": len}, "action_log": "s3://a/log/"},
    },
    "RekognitionMediaAnalysisResultsOperator": {"job": ["a-job", "another"]},
    "RekognitionApplyVerdictsOperator": {
        "verdicts": ["s3://a/b"],
        "actions": {"block": len, "review": "tag"},
        "action_log": "s3://a/log/",
    },
    "RekognitionPlanReviewOperator": {"verdicts": ["s3://a/b"], "review": "s3://a/review/"},
    "RekognitionReviewOperator": {
        "queue_uri": "s3://a/queues/00000-0.json",
        "assigned_users": [{"id": "5", "name": "ann"}],
        "response_timeout": timedelta(hours=8),
    },
    "RekognitionFinishReviewOperator": {"plan": "s3://a/plan.json"},
    "RekognitionMediaAnalysisJobSensor": {"job": "a-job", "deferrable": True},
}
each_task = pytest.mark.parametrize("kind", TASKS, ids=lambda kind: kind.__name__)


def rebuild(path, arguments):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)(**arguments)


def through_airflow(dag):
    """Serialize a Dag as the Dag processor does, and deserialize it as the scheduler does."""
    serialized = json.loads(json.dumps(DagSerialization.to_dict(dag)))
    return DagSerialization.from_dict(serialized)


@each_trigger
def test_a_trigger_keeps_every_argument(kind):
    arguments = EVERY_ARGUMENT[kind.__name__]
    assert set(arguments) == arguments_of(kind)

    path, serialized = kind(**arguments).serialize()

    assert serialized == arguments
    rebuilt = rebuild(path, serialized)
    assert type(rebuilt) is kind
    assert rebuilt.serialize() == (path, serialized)


@each_trigger
def test_a_trigger_survives_airflows_database_row(kind):
    trigger = kind(**EVERY_ARGUMENT[kind.__name__])

    row = Trigger.from_object(trigger)

    assert rebuild(row.classpath, row.kwargs).serialize() == trigger.serialize()


@each_trigger
def test_a_trigger_keeps_its_defaults(kind):
    arguments = EVERY_ARGUMENT[kind.__name__]
    trigger = kind(**{name: value for name, value in arguments.items() if name not in CONNECTION})

    row = Trigger.from_object(trigger)

    assert rebuild(row.classpath, row.kwargs).serialize() == trigger.serialize()


@each_trigger
def test_a_triggers_arguments_are_plain_json(kind):
    """Airflow 2.11 silently turns any other value into text; Airflow 3 raises an error."""
    _, serialized = kind(**EVERY_ARGUMENT[kind.__name__]).serialize()

    assert json.loads(json.dumps(serialized)) == serialized


@each_task
def test_a_task_survives_the_serialization_of_its_dag(kind):
    with DAG("kept", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
        kind(task_id="task", region_name="eu-west-1", **OPERATOR_ARGUMENTS[kind.__name__])

    task = through_airflow(dag).get_task("task")

    assert task.task_type == kind.__name__
    assert tuple(task.template_fields) == tuple(kind.template_fields)
    assert task.region_name == "eu-west-1"
    assert task.ui_color == kind.ui_color


@each_task
def test_a_task_accepts_default_args(kind):
    defaults = {"retries": 4, "aws_conn_id": "aws_other", "region_name": "eu-west-1"}
    with DAG("kept", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), default_args=defaults):
        task = kind(task_id="task", **OPERATOR_ARGUMENTS[kind.__name__])

    assert (task.retries, task.aws_conn_id, task.region_name) == (4, "aws_other", "eu-west-1")


@each_task
def test_a_task_can_be_mapped_over_its_first_argument(kind):
    first, *others = OPERATOR_ARGUMENTS[kind.__name__].items()
    with DAG("kept", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
        partial = kind.partial(task_id="task", region_name="eu-west-1", **dict(others))
        partial.expand(**{first[0]: [first[1], "s3://a/c"]})

    task = through_airflow(dag).get_task("task")

    assert type(task).__name__.endswith("MappedOperator")
    assert task.partial_kwargs["region_name"] == "eu-west-1"


def test_links_survive_the_serialization(monkeypatch):
    # Airflow's scheduler loads no links, and sets this for the whole process: after a Dag run, say.
    for each in vars(serialized_objects).values():
        if hasattr(each, "_load_operator_extra_links"):
            monkeypatch.setattr(each, "_load_operator_extra_links", True)
    with DAG("kept", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
        RekognitionStartMediaAnalysisJobOperator(task_id="task", manifest="s3://a/b", output="s3://a/out/")
        RekognitionMediaAnalysisResultsOperator(task_id="results", job="id")

    kept = through_airflow(dag)
    found = {name for task_id in ("task", "results") for name in kept.get_task(task_id).extra_links}
    assert found == {link.name for link in LINKS}
