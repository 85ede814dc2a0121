"""Rules for source files that no linter checks."""

import ast
import re

import pytest
from architecture.inventory import MODULES, PACKAGE, ROOT, SOURCES, iter_functions, tree_of
from architecture.pages import PAGES

#: Such as ``AirflowException`` and ``AirflowSensorTimeout``.
AIRFLOW_EXCEPTION = re.compile(r"Airflow\w*(Exception|Timeout|Error)")
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "misc", "constants", "manager", "impl"}
PYTHON = sorted(
    path
    for folder in ("airflow_provider_rekmedia", "tests", "example_dags", ".ci")
    for path in (ROOT / folder).rglob("*.py")
)

#: Text files, other than the package's, that a release or the repository publishes.
PUBLISHED = sorted(
    path
    for path in (
        *PAGES,
        *(ROOT / name for name in ("pyproject.toml", "Makefile", ".pre-commit-config.yaml")),
        *(ROOT / ".ci").rglob("*"),
        *(ROOT / ".github").rglob("*.yml"),
    )
    if path.is_file() and "__pycache__" not in path.parts
)
CONSTRAINTS = sorted((ROOT / ".ci").glob("constraints-*.txt"))

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


def test_no_class_name_is_vague():
    named = {node.name for path in SOURCES for node in nodes(path, ast.ClassDef)}

    assert not [name for name in named if re.search(r"Manager|Helper|Impl$|Mixin|^Base|Base$", name)]


@each_source
def test_no_function_is_longer_than_40_lines(path):
    """The aim is 30. The docstring and the list of arguments do not count."""
    for function in iter_functions(tree_of(path)):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        if body:
            assert body[-1].end_lineno - body[0].lineno < 40, function.name


@each_source
def test_aiobotocore_is_never_imported(path):
    assert "aiobotocore" not in {module.split(".")[0] for module in imported(path)}


def test_one_module_knows_airflows_exceptions():
    """The other modules raise errors of the package, and this one translates them."""
    used_in = {
        module: {node.id for node in nodes(module, ast.Name)}
        | {node.attr for node in nodes(module, ast.Attribute)}
        for module in MODULES
    }

    (translator,) = (m for m, names in used_in.items() if any(map(AIRFLOW_EXCEPTION.fullmatch, names)))
    assert "task_errors" in {function.name for function in iter_functions(tree_of(translator))}


def test_one_module_names_what_msgspec_raises_for_damaged_bytes():
    """A list of its own in another module may miss one, such as ``RecursionError``. A text raises others."""
    named_in = {
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        if "DecodeError" in {node.attr for node in nodes(path, ast.Attribute)}
    }

    assert named_in == {"core/json_files.py", "core/review/decision_import.py"}


@each_source
def test_no_path_or_host_of_the_builders_machine_is_in_the_package(path):
    text = path.read_text()

    assert not re.search(r"/(home|Users|root|work|opt|mnt)/", text)
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= {"aws.amazon.com", "docs.aws.amazon.com", "github.com", "openlineage.io"}


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_path_or_host_of_the_builders_machine_is_published(path):
    text = path.read_text()

    assert not re.search(r"(?<![\w.-])/(home|Users|root|work|opt|mnt)/", text)
    assert not re.search(r"index-url|find-links|://(?!pypi\.org)[\w.-]*pypi", text)


@pytest.mark.parametrize("path", CONSTRAINTS, ids=lambda path: path.name)
def test_constraints_are_names_and_versions_only(path):
    comment, *pins = path.read_text().splitlines()

    assert comment.startswith("# ")
    assert pins
    assert not [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[\w.+]+", pin)]


@each_source
def test_all_lists_every_public_name(path):
    """Ruff sorts the list. ``__init__`` and ``__main__`` define nothing public, so they need no list."""
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
    assert set(listed[0]) <= defined | assigned(tree) | reexported(tree)


def assigned(tree):
    targets = (
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )
    return {target.id for target in targets if isinstance(target, ast.Name)}


def reexported(tree):
    """Return the names that a module imports from another one."""
    tried = [statement for node in tree.body if isinstance(node, ast.Try) for statement in node.body]
    return {
        alias.name
        for node in [*tree.body, *tried]
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
