"""Operators and sensors are what Airflow, and a user of the Amazon provider, expect of them."""

import ast
import inspect
import re

import pytest
from architecture.inventory import (
    CONNECTION,
    OPERATORS,
    SENSORS,
    TASKS,
    TRIGGERS,
    all_arguments_of,
    arguments_of,
    constructor_of,
    tree_of,
)

from airflow_provider_rekmedia.airflow_compat import AirflowException

#: The one argument that cannot keep its name: Airflow's operators have a property ``output``.
ATTRIBUTE_OF = {"output": "output_prefix", "dry_run": "writes_nothing"}
DEFERRABLE = "conf.getboolean('operators', 'default_deferrable', fallback=False)"

each_task = pytest.mark.parametrize("kind", TASKS, ids=lambda kind: kind.__name__)


def required(kind):
    taken = inspect.signature(vars(kind)["__init__"]).parameters.values()
    return {
        each.name: "s3://a/b"
        for each in taken
        if each.kind is each.KEYWORD_ONLY and each.default is each.empty
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
def test_what_the_docstring_calls_templated_is(kind):
    fields = {argument for argument, text in documented(kind).items() if "(templated)" in text}

    assert {ATTRIBUTE_OF.get(argument, argument) for argument in fields} == set(kind.template_fields)


@pytest.mark.parametrize("kind", TASKS + TRIGGERS, ids=lambda kind: kind.__name__)
def test_every_argument_is_documented_on_the_class(kind):
    assert arguments_of(kind) <= set(documented(kind)) <= all_arguments_of(kind)


@pytest.mark.parametrize("kind", TASKS + TRIGGERS, ids=lambda kind: kind.__name__)
def test_a_constructor_only_assigns(kind):
    """Airflow runs it at every parse of the Dag file, before anything is rendered."""
    for statement in constructor_of(kind).body:
        text = ast.unparse(statement)
        is_super = text in ("super().__init__(**kwargs)", "super().__init__()")
        is_assignment = isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(
            statement.value, ast.Name | ast.Constant
        )
        assert is_super or is_assignment, text


@each_task
def test_deferring_is_the_default_that_the_configuration_says(kind):
    taken = constructor_of(kind).args
    defaults = dict(zip([each.arg for each in taken.kwonlyargs], taken.kw_defaults, strict=True))

    if "deferrable" in defaults:
        assert ast.unparse(defaults["deferrable"]) == DEFERRABLE


def test_whoever_can_wait_can_defer():
    waiting = [kind for kind in TASKS if "deferrable" in arguments_of(kind)]

    assert {kind.__name__ for kind in waiting} == {
        "RekognitionStartMediaAnalysisJobOperator",
        *(kind.__name__ for kind in SENSORS),
    }


@each_task
def test_a_misspelt_argument_is_refused(kind):
    with pytest.raises((TypeError, AirflowException), match="task_timeoutt"):
        make(kind, task_timeoutt=3)


@pytest.mark.parametrize("kind", OPERATORS, ids=lambda kind: kind.__name__)
def test_a_misspelt_argument_of_a_mapped_task_is_refused(kind):
    with pytest.raises(TypeError, match="task_timeoutt"):
        kind.partial(task_id="task", task_timeoutt=3)


def test_a_deferral_hands_on_the_whole_connection():
    """A trigger without it would ask another account, or another region."""
    calls = [
        node
        for node in ast.walk(tree_of("triggers/deferral.py"))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "RekognitionMediaAnalysisJobTrigger"
    ]

    assert len(calls) == 1
    assert {each.arg for each in calls[0].keywords} >= CONNECTION


def test_nothing_resumes_into_poke():
    resumed = {
        ast.unparse(each.value)
        for call in ast.walk(tree_of("triggers/deferral.py"))
        if isinstance(call, ast.Call)
        for each in call.keywords
        if each.arg == "method_name"
    }

    assert resumed == {"'execute_complete'", "'submit_again'"}
    for name in (text.strip("'") for text in resumed):
        assert any(hasattr(kind, name) for kind in TASKS)


def test_only_the_deferral_module_defers():
    for module in ("operators/media_analysis.py", "sensors/media_analysis.py"):
        called = {ast.unparse(node.func) for node in ast.walk(tree_of(module)) if isinstance(node, ast.Call)}
        assert "self.defer" not in called
        assert "defer_until_final" in called
