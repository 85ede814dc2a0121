import importlib
import inspect
import pickle
import pkgutil
import re

import pytest
from core.errors.error_tree import all_classes, build, leaves

from airflow_provider_rekmedia import adapters, core
from airflow_provider_rekmedia.core import errors

TREE = errors.__doc__.split("::")[1].split("An image that")[0]
PARENTS = ("RekmediaError", "InvalidInput", "ServiceError", "JobEnded", "UnexpectedAnswer")
MODULES = [
    importlib.import_module(found.name)
    for package in (core, adapters)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.ispkg
]
NAME = r"\b(?:[A-Z][a-z0-9]+)+\b"


def drawn():
    """Each name of the drawing, with its parent."""
    under, found = "RekmediaError", {}
    for line in TREE.splitlines():
        for name in re.findall(NAME, line):
            found[name] = None if name == "RekmediaError" else under
            if name in PARENTS:
                found[name] = None if name == "RekmediaError" else "RekmediaError"
                under = name
    return found


def test_the_drawn_tree_is_the_tree_that_exists():
    exists = {
        kind.__name__: None if kind is errors.RekmediaError else kind.__bases__[0].__name__
        for kind in all_classes()
    }
    assert drawn() == exists


def test_the_stars_of_the_drawing_mark_retryable_errors():
    starred = set(re.findall(rf"({NAME}) (?:\*|\(\* by)", TREE))
    assert starred == {kind.__name__ for kind in leaves() if build(kind).retryable}


@pytest.mark.parametrize("kind", leaves())
def test_an_error_can_be_pickled(kind):
    error = build(kind)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 our own bytes
    assert type(again) is kind
    assert (again.fields, str(again), again.retryable) == (error.fields, str(error), error.retryable)


@pytest.mark.parametrize("kind", leaves())
def test_an_error_can_be_rebuilt_from_its_fields(kind):
    error = build(kind)
    assert str(kind(**error.fields)) == str(error)


@pytest.mark.parametrize("kind", leaves())
def test_a_message_has_every_field_and_advice(kind):
    error = build(kind)
    text = str(error)
    assert "{" not in text
    assert "}" not in text
    assert "(" not in text[:1], "not a tuple"
    for value in error.fields.values():
        assert str(value).rstrip(".") in text
    sentences = [part for part in re.split(r"[.?:] ", text) if part]
    assert len(sentences) >= 2
    assert text.endswith((".", "?"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.partition(".")[2])
def test_a_module_exports_all_that_it_defines_and_has_all_that_it_exports(module):
    defined = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == module.__name__
    }
    assert defined <= set(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)
