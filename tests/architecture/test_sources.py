"""Every source file keeps the rules that no linter knows."""

import ast
import re
from pathlib import Path

import pytest
from architecture.inventory import MODULES, PACKAGE, ROOT, SOURCES, iter_functions, tree_of

VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "misc", "constants", "manager", "impl"}
PYTHON = sorted(
    path
    for folder in ("airflow_provider_rekmedia", "tests", "example_dags", ".ci")
    for path in (ROOT / folder).rglob("*.py")
)

each_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def nodes(path, kind):
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, kind))


def imported(path):
    for node in nodes(path, ast.Import | ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif node.module and not node.level:
            yield node.module


def test_no_file_is_longer_than_300_lines():
    assert PYTHON
    long = {str(path): n for path in PYTHON if (n := len(path.read_text().splitlines())) > 300}

    assert not long


def test_no_name_is_vague():
    parts = {part for path in PYTHON for part in path.relative_to(ROOT).with_suffix("").parts}

    assert not VAGUE & {word for part in parts for word in part.removeprefix("test_").split("_")}


def test_no_class_says_manager_helper_base_or_impl():
    named = {node.name for path in SOURCES for node in nodes(path, ast.ClassDef)}

    assert not [name for name in named if re.search(r"Manager|Helper|Impl$|Mixin|^Base|Base$", name)]


@each_source
def test_no_function_is_longer_than_40_lines(path):
    """Thirty is the aim; what a docstring or a list of arguments takes does not count."""
    for function in iter_functions(tree_of(path)):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        if body:
            assert body[-1].end_lineno - body[0].lineno < 40, function.name


@each_source
def test_aiobotocore_is_never_imported(path):
    assert "aiobotocore" not in {module.split(".")[0] for module in imported(path)}


@each_source
def test_airflows_exceptions_are_raised_in_one_place(path):
    if path == PACKAGE / "hooks/task_errors.py":
        return
    raised = {ast.unparse(node.exc).split("(")[0] for node in nodes(path, ast.Raise) if node.exc}

    assert not {name for name in raised if name.startswith("Airflow")}


@each_source
def test_nothing_of_the_builders_machine_is_in_the_package(path):
    text = path.read_text()

    assert not re.search(r"/(home|Users|root|work|opt|mnt)/", text)
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= {"aws.amazon.com", "docs.aws.amazon.com", "github.com", "openlineage.io"}


@pytest.mark.parametrize(
    "path", ["README.md", "pyproject.toml", "Makefile", *map(str, Path("docs").rglob("*.md"))]
)
def test_nothing_of_the_builders_machine_is_in_what_is_published(path):
    text = (ROOT / path).read_text()

    assert not re.search(r"(?<![\w.-])/(home|Users|root|work|opt|mnt)/", text)
    assert not re.search(r"index-url|find-links=|pypi\.\w+\.(?!org)", text)


@each_source
def test_all_is_what_is_public(path):
    """``__all__`` lists every public name that a module defines, sorted by ruff; ``__init__`` needs none."""
    tree = tree_of(path)
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
    }
    if path.relative_to(PACKAGE).as_posix() not in MODULES:
        assert not defined
        return

    assert len(listed) == 1
    assert len(listed[0]) == len(set(listed[0]))
    assert defined <= set(listed[0])
    assert set(listed[0]) <= defined | assigned(tree) | handed_on(tree)


def assigned(tree):
    targets = (
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )
    return {target.id for target in targets if isinstance(target, ast.Name)}


def handed_on(tree):
    """Names that a module imports from another one, also those that it tries to import."""
    tried = [inner for node in tree.body if isinstance(node, ast.Try) for inner in node.body]
    return {
        alias.name
        for node in [*tree.body, *tried]
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
