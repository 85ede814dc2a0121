"""The modules and the classes of the package, read from its folder."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import airflow_provider_rekmedia
from airflow_provider_rekmedia.tasks.human_input import HAS_HUMAN_INPUT

ROOT = Path(__file__).parents[2]
PACKAGE = Path(airflow_provider_rekmedia.__file__).parent
NAME = airflow_provider_rekmedia.__name__

SOURCES = sorted(PACKAGE.rglob("*.py"))
#: Modules by their path in the package, such as ``core/jobs/job.py``, without ``__init__`` and ``__main__``.
MODULES = [
    path.relative_to(PACKAGE).as_posix()
    for path in SOURCES
    if path.name not in ("__init__.py", "__main__.py")
]
#: The connection's arguments; the Amazon provider defines what they mean.
CONNECTION = {"aws_conn_id", "region_name", "verify", "botocore_config"}


def tree_of(path: Path | str) -> ast.Module:
    """Parse a source file, given by its path or by its path in the package."""
    return ast.parse((PACKAGE / path).read_text())


def load(module: str) -> ModuleType:
    """Import a module by its path in the package."""
    return importlib.import_module(f"{NAME}.{module.removesuffix('.py').replace('/', '.')}")


def modules_in(folder: str) -> list[str]:
    """List the modules of one folder, by their path in the package."""
    return [module for module in MODULES if module.startswith(f"{folder}/")]


def classes_in(folder: str, ending: str) -> list[type[Any]]:
    """List the classes that a folder's modules define, if their names have this ending."""
    return [
        kind
        for module in modules_in(folder)
        for name, kind in vars(load(module)).items()
        if inspect.isclass(kind) and name.endswith(ending) and kind.__module__ == load(module).__name__
    ]


def arguments_of(kind: type[Any]) -> set[str]:
    """Return the names of a constructor's own keyword-only arguments."""
    parameters = inspect.signature(vars(kind)["__init__"]).parameters.values()
    return {parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}


def all_arguments_of(kind: type[Any]) -> set[str]:
    """Return the names of a constructor's arguments, with those of the base classes."""
    constructors = (vars(base)["__init__"] for base in kind.__mro__ if "__init__" in vars(base))
    names = {name for constructor in constructors for name in inspect.signature(constructor).parameters}
    return names - {"self", "kwargs"}


def path_of(kind: type[Any]) -> str:
    """Return the path in the package of the module that defines a class."""
    return kind.__module__.removeprefix(f"{NAME}.").replace(".", "/") + ".py"


def iter_functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield all functions and methods."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def iter_calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of a function, method or class of this name in the package, with its module."""
    for module in MODULES:
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name:
                yield module, node


def constructor_of(kind: type[Any]) -> ast.FunctionDef:
    """Return the syntax tree of a class's own constructor."""
    class_node = next(
        node
        for node in ast.walk(tree_of(path_of(kind)))
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    return next(
        node for node in class_node.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    )


OPERATORS = [
    kind
    for kind in classes_in("operators", "Operator")
    # It cannot be constructed without Airflow's HITLOperator, since Airflow 3.1.
    if HAS_HUMAN_INPUT or kind.__name__ != "RekognitionReviewOperator"
]
SENSORS = classes_in("sensors", "Sensor")
TASKS = OPERATORS + SENSORS
TRIGGERS = classes_in("triggers", "Trigger")
HOOKS = classes_in("hooks", "Hook")
LINKS = classes_in("links", "Link")
#: Tasks that can defer.
DEFERRABLE = [kind for kind in TASKS if "deferrable" in arguments_of(kind)]
