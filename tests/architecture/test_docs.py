"""Everything that a user touches has its place in the docs, and what the docs say of it is so."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from architecture.inventory import (
    CONNECTION,
    ROOT,
    TASKS,
    TRIGGERS,
    all_arguments_of,
    arguments_of,
    path_of,
    tree_of,
)
from architecture.pages import PAGES, anchors, names, read, rows, section, without_code

EVENTS = ("retry", "clear", "kill", "timeout", "lost worker", "restarted triggerer")
#: tests/emulator/test_reference_page.py holds this one, quotes and all.
HELD_ELSEWHERE = {ROOT / "docs/reference/emulator.md"}

each_task = pytest.mark.parametrize("kind", TASKS, ids=lambda kind: kind.__name__)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def page_of(kind):
    return f"docs/{path_of(kind).removesuffix('.py')}.md"


def pushed_keys(kind):
    """XComs that a task pushes by name, read from its module."""
    tree = tree_of(path_of(kind))
    loops = {
        node.target.id: node.iter
        for node in ast.walk(tree)
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("xcom_push"):
            (key,) = (each.value for each in call.keywords if each.arg == "key")
            given = ast.literal_eval(loops[key.id] if isinstance(key, ast.Name) else key)
            yield from [given] if isinstance(given, str) else given
    yield from (link.key for link in getattr(kind, "operator_extra_links", ()))


@each_task
def test_a_task_has_a_page_of_its_name_and_says_so(kind):
    assert read(page_of(kind)).startswith(f"# {kind.__name__}\n")
    assert f"``{page_of(kind)}``" in kind.__doc__


@each_task
def test_the_page_shows_an_example_that_a_test_runs(kind):
    quoted = re.findall(
        r"<!-- from: (\S+) START \w+ -->\n```python\n(.*?)```", read(page_of(kind)), re.DOTALL
    )

    assert any(f"{kind.__name__}" in block for _, block in quoted)
    # What test_documented_dags.py runs, and tests/dag_runs.
    assert {path for path, _ in quoted} <= {
        "example_dags/blocked_images.py",
        "tests/architecture/dags/how_to.py",
        "tests/architecture/dags/how_to_many.py",
    }


@each_task
def test_the_page_lists_every_argument_and_no_other(kind):
    listed = [name for row in rows(section(page_of(kind), "Arguments")) for name in names(row[0])]

    assert len(listed) == len(set(listed))
    assert arguments_of(kind) | CONNECTION <= set(listed) <= all_arguments_of(kind)


@each_task
def test_the_page_says_what_is_templated(kind):
    said = {
        name for row in rows(section(page_of(kind), "Arguments")) if row[3] == "yes" for name in names(row[0])
    }
    attributes = {"output_prefix" if name == "output" else name for name in said}

    assert attributes == set(kind.template_fields)


@each_task
def test_the_page_lists_every_xcom_and_no_other(kind):
    listed = {name for row in rows(section(page_of(kind), "XComs")) for name in names(row[0])}

    assert listed == {"return_value", *pushed_keys(kind)}


@each_task
def test_the_page_says_what_happens_on_every_event(kind):
    told = [row[0].strip("*") for row in rows(section(page_of(kind), "What happens on"))]

    assert tuple(told) == EVENTS


@each_task
def test_the_page_names_errors_and_permissions(kind):
    assert names(section(page_of(kind), "Errors"))
    assert re.findall(r"`(?:s3|rekognition):\w+`", section(page_of(kind), "IAM"))


def test_the_first_page_says_what_happens_on_every_event():
    told = [re.sub(r"\*\*| \(.*", "", row[0]) for row in rows(section("README.md", "What happens on"))]

    assert tuple(told) == EVENTS


def test_every_trigger_is_described_with_its_arguments():
    described = {
        names(row[0])[0]: names(row[2])
        for row in rows(section("docs/reference/job.md", "The trigger's event"))
    }

    assert set(described) == {kind.__name__ for kind in TRIGGERS}
    for kind in TRIGGERS:
        assert set(described[kind.__name__]) == arguments_of(kind) - CONNECTION


@each_page
def test_every_link_leads_to_a_heading(page):
    for path, anchor in re.findall(
        r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)", without_code(page.read_text())
    ):
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@each_page
def test_every_block_of_python_is_quoted_from_a_file(page):
    if page in HELD_ELSEWHERE:
        return
    text = page.read_text()

    assert text.count("```python") == len(
        re.findall(r"<!-- from: \S+\.py(?: START \w+)? -->\n```python\n", text)
    )


def test_the_docs_check_finds_nothing_untrue():
    ran = subprocess.run(
        [sys.executable, ".ci/check_docs.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout


def test_every_page_is_reached_from_the_index():
    linked = {(ROOT / "docs" / path).resolve() for path in re.findall(r"\]\(([^)#]+)", read("docs/index.md"))}

    assert {page for page in PAGES if page.parent != ROOT} - {ROOT / "docs/index.md"} <= linked


@each_page
def test_every_module_that_a_page_names_exists(page):
    folders = "core|adapters|services|hooks|tasks|operators|sensors|triggers|links|task_groups|emulator"
    for name in re.findall(rf"`((?:{folders})/\w+\.py)`", page.read_text()):
        assert (ROOT / "airflow_provider_rekmedia" / name).is_file(), name


def test_there_is_one_changelog_and_it_names_this_version():
    (version,) = re.findall(r'^version = "(.+)"$', Path(ROOT / "pyproject.toml").read_text(), re.MULTILINE)

    assert re.search(
        rf"^## {re.escape(version)} - (unreleased|\d{{4}}-\d\d-\d\d)$",
        read("docs/changelog.md"),
        re.MULTILINE,
    )
