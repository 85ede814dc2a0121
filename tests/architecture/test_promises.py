"""The page of promises names tests that exist."""

import ast
import re

import pytest
from architecture.inventory import ROOT
from architecture.pages import read

PAGE = "docs/explanation/promises.md"
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", read(PAGE))


def test_every_promise_names_its_tests():
    promises = [line for line in read(PAGE).splitlines() if line.startswith("| **")]

    assert len(promises) == 14
    assert all("`tests/" in line for line in promises)


def test_every_reference_to_a_test_names_its_file_and_function():
    assert len(NAMED) == read(PAGE).count("`tests/")


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_named_test_exists(path, name):
    functions = [
        node.name
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert name in functions
