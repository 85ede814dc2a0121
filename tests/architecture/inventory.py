"""What the package consists of, read from its folder and its classes."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import airflow_provider_rekmedia

ROOT = Path(__file__).parents[2]
PACKAGE = Path(airflow_provider_rekmedia.__file__).parent
NAME = airflow_provider_rekmedia.__name__

SOURCES = sorted(PACKAGE.rglob("*.py"))
#: Modules by their path in the package, such as ``core/jobs/job.py``; folders' own ``__init__`` are none.
MODULES = [
    path.relative_to(PACKAGE).as_posix()
    for path in SOURCES
    if path.name not in ("__init__.py", "__main__.py")
]
#: The connection's arguments, which the Amazon provider gives a meaning to.
CONNECTION = {"aws_conn_id", "region_name", "verify", "botocore_config"}


def tree_of(path: Path | str) -> ast.Module:
    """Parse a source file; a text is a module's path in the package."""
    return ast.parse((PACKAGE / path).read_text())


def load(module: str) -> ModuleType:
    """Import a module by its path in the package."""
    return importlib.import_module(f"{NAME}.{module.removesuffix('.py').replace('/', '.')}")


def modules_in(folder: str) -> list[str]:
    """Modules of one folder, by their path in the package."""
    return [module for module in MODULES if module.startswith(f"{folder}/")]


def classes_in(folder: str, ending: str) -> list[type[Any]]:
    """Classes that the folder's modules define themselves, whose names end so."""
    return [
        kind
        for module in modules_in(folder)
        for name, kind in vars(load(module)).items()
        if inspect.isclass(kind) and name.endswith(ending) and kind.__module__ == load(module).__name__
    ]


def arguments_of(kind: type[Any]) -> set[str]:
    """Names that a class's own constructor takes."""
    taken = inspect.signature(vars(kind)["__init__"]).parameters.values()
    return {each.name for each in taken if each.kind is each.KEYWORD_ONLY}


def all_arguments_of(kind: type[Any]) -> set[str]:
    """Names that a class's constructor takes, its bases' included."""
    constructors = (vars(each)["__init__"] for each in kind.__mro__ if "__init__" in vars(each))
    return {name for each in constructors for name in inspect.signature(each).parameters} - {"self", "kwargs"}


def path_of(kind: type[Any]) -> str:
    """Where a class lives, as a path in the package."""
    return kind.__module__.removeprefix(f"{NAME}.").replace(".", "/") + ".py"


def iter_functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Go through all functions and methods."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def constructor_of(kind: type[Any]) -> ast.FunctionDef:
    """Give the source of a class's own constructor."""
    found = next(
        node
        for node in ast.walk(tree_of(path_of(kind)))
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    return next(node for node in found.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")


OPERATORS = classes_in("operators", "Operator")
SENSORS = classes_in("sensors", "Sensor")
TASKS = OPERATORS + SENSORS
TRIGGERS = classes_in("triggers", "Trigger")
HOOKS = classes_in("hooks", "Hook")
LINKS = classes_in("links", "Link")
