"""Operators and sensors follow the conventions of Airflow and of the Amazon provider."""

import ast
import inspect
import re
from datetime import UTC, datetime, timedelta

import pytest
from architecture.inventory import (
    CONNECTION,
    DEFERRABLE,
    OPERATORS,
    TASKS,
    TRIGGERS,
    all_arguments_of,
    arguments_of,
    constructor_of,
    iter_calls,
)

from airflow_provider_rekmedia.airflow_compat import AirflowException, TaskDeferred
from airflow_provider_rekmedia.core.jobs.polling import Pace
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.triggers.media_analysis import RekognitionMediaAnalysisJobTrigger

#: Airflow's operators have a property ``output``, so that argument is kept under another name.
ATTRIBUTE_OF = {"output": "output_prefix", "dry_run": "writes_nothing"}
#: Airflow's HITLOperator has required arguments, and the params of a Dag are no fields of its form.
REVIEW_STATEMENTS = {
    "kwargs.pop('params', None)",
    "super().__init__(subject=subject, body=body, options=[_SUBMIT], **kwargs)",
}
DEFAULT_DEFERRABLE = "conf.getboolean('operators', 'default_deferrable', fallback=False)"

each_task = pytest.mark.parametrize("kind", TASKS, ids=lambda kind: kind.__name__)


def required(kind):
    return {
        parameter.name: "s3://a/b"
        for parameter in inspect.signature(vars(kind)["__init__"]).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty
    }


def make(kind, **arguments):
    return kind(task_id="task", **required(kind) | arguments)


def documented(kind):
    return dict(re.findall(r":param (\w+): (.*?)(?=:param|:return|\Z)", kind.__doc__, re.DOTALL))


@each_task
def test_template_fields_are_attributes_that_the_constructor_sets_from_arguments(kind):
    argument_of = {attribute: argument for argument, attribute in ATTRIBUTE_OF.items()}
    task = make(kind)

    for field in kind.template_fields:
        assert field in vars(task), field
        assert argument_of.get(field, field) in all_arguments_of(kind), field


@each_task
def test_the_connection_is_templated(kind):
    assert CONNECTION - {"botocore_config"} <= set(kind.template_fields)


@each_task
def test_every_argument_is_kept_under_its_name(kind):
    task = make(kind)

    for argument in arguments_of(kind):
        assert hasattr(task, ATTRIBUTE_OF.get(argument, argument)), argument


@each_task
def test_the_docstring_marks_the_templated_arguments(kind):
    fields = {argument for argument, text in documented(kind).items() if "(templated)" in text}

    assert {ATTRIBUTE_OF.get(argument, argument) for argument in fields} == set(kind.template_fields)


@pytest.mark.parametrize("kind", TASKS + TRIGGERS, ids=lambda kind: kind.__name__)
def test_every_argument_is_documented_on_the_class(kind):
    assert arguments_of(kind) <= set(documented(kind)) <= all_arguments_of(kind)


@pytest.mark.parametrize("kind", TASKS + TRIGGERS, ids=lambda kind: kind.__name__)
def test_a_constructor_only_assigns(kind):
    """Airflow runs the constructor at every parse of the Dag file, before it renders templates."""
    for statement in constructor_of(kind).body:
        text = ast.unparse(statement)
        is_super = text in ("super().__init__(**kwargs)", "super().__init__()")
        is_assignment = isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(
            statement.value, ast.Name | ast.Constant
        )
        assert is_super or is_assignment or text in REVIEW_STATEMENTS, text


def test_the_tasks_that_wait_for_a_bulk_job_are_deferrable():
    assert {kind.__name__ for kind in DEFERRABLE} == {
        "RekognitionStartMediaAnalysisJobOperator",
        "RekognitionMediaAnalysisJobSensor",
    }


@pytest.mark.parametrize("kind", DEFERRABLE, ids=lambda kind: kind.__name__)
def test_airflows_configuration_is_the_default_of_deferrable(kind):
    args = constructor_of(kind).args
    defaults = dict(zip([arg.arg for arg in args.kwonlyargs], args.kw_defaults, strict=True))

    assert ast.unparse(defaults["deferrable"]) == DEFAULT_DEFERRABLE


@each_task
def test_a_misspelt_argument_is_rejected(kind):
    with pytest.raises((TypeError, AirflowException), match="task_timeoutt"):
        make(kind, task_timeoutt=3)


@pytest.mark.parametrize("kind", OPERATORS, ids=lambda kind: kind.__name__)
def test_a_misspelt_argument_of_a_mapped_task_is_rejected(kind):
    with pytest.raises(TypeError, match="task_timeoutt"):
        kind.partial(task_id="task", task_timeoutt=3)


def test_a_deferral_passes_the_whole_connection_on():
    """A trigger without it would call another account, or another region."""
    connection = {
        "aws_conn_id": "other",
        "region_name": "eu-west-1",
        "verify": False,
        "botocore_config": {"read_timeout": 7},
    }
    assert set(connection) == CONNECTION
    operator = RekognitionStartMediaAnalysisJobOperator(
        task_id="t", manifest="s3://b/m", output="s3://b/o/", **connection
    )
    pace = Pace(60.0, datetime.now(UTC) + timedelta(hours=1))

    with pytest.raises(TaskDeferred) as deferred:
        RekognitionMediaAnalysisJobTrigger.defer(operator, "abc", pace)

    _, arguments = deferred.value.trigger.serialize()
    assert connection.items() <= arguments.items()


def test_a_deferral_resumes_in_a_method_that_reads_the_event():
    methods = {
        ast.literal_eval(keyword.value)
        for _, call in iter_calls("defer_task")
        for keyword in call.keywords
        if keyword.arg == "method_name"
    }

    assert methods == {"execute_complete", "submit_again"}
    for method in methods:
        owners = [kind for kind in DEFERRABLE if hasattr(kind, method)]
        assert owners
        assert all("event" in inspect.signature(getattr(kind, method)).parameters for kind in owners)


def test_only_one_module_defers():
    """Waiting operators and sensors share it, so that all of them defer in the same way."""
    callers = {
        module
        for module, call in iter_calls("defer")
        if any(keyword.arg == "trigger" for keyword in call.keywords)
    }

    assert callers == {"tasks/deferral.py"}
