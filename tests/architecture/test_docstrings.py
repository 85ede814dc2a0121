"""Everything public has a docstring, and docstrings name parameters that exist."""

import ast
import re

import pytest
from architecture.inventory import PACKAGE, SOURCES, iter_functions, tree_of

PARAM = re.compile(r"^\s*:param (\S+):", re.MULTILINE)
FIELDS = re.compile(r"^\s*:(?!param \w+:|return:|raises \w+:)(\w+)[^:`]*:(?!`)", re.MULTILINE)

each_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def is_public(node):
    return not node.name.startswith("_")


def classes(path):
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)]


def parameters(function):
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return [arg.arg for arg in every if arg and arg.arg not in ("self", "cls")]


def constructed_from(node):
    """Return the names of a class's fields and of its constructor's parameters."""
    names = [field.target.id for field in node.body if isinstance(field, ast.AnnAssign)]
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            names += parameters(method)
    return names


@each_source
def test_everything_public_has_a_docstring(path):
    tree = tree_of(path)

    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and is_public(node):
            assert ast.get_docstring(node), node.name
        if isinstance(node, ast.ClassDef) and is_public(node):
            for method in node.body:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and is_public(method):
                    assert ast.get_docstring(method), f"{node.name}.{method.name}"


@each_source
def test_the_constructor_is_documented_on_its_class(path):
    for function in iter_functions(tree_of(path)):
        if function.name == "__init__":
            assert not ast.get_docstring(function)


@each_source
def test_documented_parameters_follow_the_signature(path):
    for function in iter_functions(tree_of(path)):
        documented = PARAM.findall(ast.get_docstring(function) or "")
        assert documented == [name for name in parameters(function) if name in documented], function.name


@each_source
def test_documented_arguments_of_a_class_exist(path):
    inherited = {"aws_conn_id", "region_name", "verify", "botocore_config", "poke_interval", "timeout"}
    inherited |= {"assigned_users", "response_timeout", "notifiers"}  # of Airflow's HITLOperator
    is_task = path.parent.name in ("operators", "sensors")
    for node in classes(path):
        documented = PARAM.findall(ast.get_docstring(node) or "")
        assert len(documented) == len(set(documented)), node.name
        own = set(constructed_from(node))
        # Errors take **fields: their base class documents them.
        assert set(documented) <= own | (inherited if is_task else set()) | {"fields"}, node.name


@each_source
def test_docstrings_have_no_unknown_field(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            unknown = FIELDS.findall(ast.get_docstring(node) or "")
            assert not unknown, node.name
