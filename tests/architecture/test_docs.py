"""The docs describe everything that a user imports, and what they say agrees with the code."""

import ast
import re
import subprocess
import sys

import pytest
from architecture.inventory import (
    CONNECTION,
    MODULES,
    PACKAGE,
    ROOT,
    SOURCES,
    TASKS,
    TRIGGERS,
    all_arguments_of,
    arguments_of,
    path_of,
    tree_of,
)
from architecture.pages import (
    PAGES,
    anchors,
    is_real,
    modules_named_in,
    names,
    read,
    rows,
    section,
    without_code,
)

EVENTS = ("retry", "clear", "kill", "timeout", "lost worker", "restarted triggerer")
#: What a user decides about; the operators' pages describe the others, too.
USER_EVENTS = EVENTS[:4]
#: tests/emulator/test_reference_page.py checks the code blocks of this page.
CHECKED_ELSEWHERE = {ROOT / "docs/reference/emulator.md"}


def page_id(page):
    return page.relative_to(ROOT).as_posix()


each_task = pytest.mark.parametrize("kind", TASKS, ids=lambda kind: kind.__name__)
each_page = pytest.mark.parametrize("page", PAGES, ids=page_id)


def page_of(kind):
    return f"docs/{path_of(kind).removesuffix('.py')}.md"


def pushed_keys(kind):
    """Yield the keys of the XComs that a task's module pushes."""
    tree = tree_of(path_of(kind))
    loops = {
        node.target.id: node.iter
        for node in ast.walk(tree)
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("xcom_push"):
            (key,) = (keyword.value for keyword in call.keywords if keyword.arg == "key")
            value = ast.literal_eval(loops[key.id] if isinstance(key, ast.Name) else key)
            yield from [value] if isinstance(value, str) else value
    yield from (link.key for link in getattr(kind, "operator_extra_links", ()))


@each_task
def test_every_task_has_a_page_and_its_docstring_names_it(kind):
    assert read(page_of(kind)).startswith(f"# {kind.__name__}\n")
    assert f"``{page_of(kind)}``" in kind.__doc__


@each_task
def test_the_page_shows_an_example_that_a_test_runs(kind):
    quoted = re.findall(
        r"<!-- from: (\S+) START \w+ -->\n```python\n(.*?)```", read(page_of(kind)), re.DOTALL
    )

    assert any(f"{kind.__name__}" in block for _, block in quoted)
    # test_documented_dags.py and tests/dag_runs run these files.
    assert {path for path, _ in quoted} <= {
        "example_dags/approved_actions.py",
        "example_dags/blocked_images.py",
        "example_dags/nightly_review.py",
        "example_dags/undo_actions.py",
        "tests/architecture/dags/how_to.py",
        "tests/architecture/dags/how_to_many.py",
    }


@each_task
def test_the_page_lists_every_argument_and_no_other(kind):
    listed = [name for row in rows(section(page_of(kind), "Arguments")) for name in names(row[0])]

    assert len(listed) == len(set(listed))
    assert arguments_of(kind) | CONNECTION <= set(listed) <= all_arguments_of(kind)


@each_task
def test_the_page_marks_the_templated_arguments(kind):
    templated = {
        name for row in rows(section(page_of(kind), "Arguments")) if row[3] == "yes" for name in names(row[0])
    }
    attributes = {"output_prefix" if name == "output" else name for name in templated}

    assert attributes == set(kind.template_fields)


@each_task
def test_the_page_lists_every_xcom_and_no_other(kind):
    listed = {name for row in rows(section(page_of(kind), "XComs")) for name in names(row[0])}

    assert listed == {"return_value", *pushed_keys(kind)}


@each_task
def test_the_page_says_what_happens_on_every_event(kind):
    events = [row[0].strip("*") for row in rows(section(page_of(kind), "What happens on"))]

    assert tuple(events) == EVENTS


@each_task
def test_the_page_names_errors_and_permissions(kind):
    assert names(section(page_of(kind), "Errors"))
    assert re.findall(r"`(?:s3|rekognition):\w+`", section(page_of(kind), "IAM"))


def test_the_readme_says_what_happens_on_the_events_that_a_user_causes():
    events = [row[0].strip("*") for row in rows(section("README.md", "What happens on"))]

    assert tuple(events) == USER_EVENTS


def test_every_trigger_is_described_with_its_arguments():
    described = {
        names(row[0])[0]: names(row[2])
        for row in rows(section("docs/reference/job.md", "The trigger's event"))
    }

    assert set(described) == {kind.__name__ for kind in TRIGGERS}
    for kind in TRIGGERS:
        assert set(described[kind.__name__]) == arguments_of(kind) - CONNECTION


@each_page
def test_every_link_has_a_target(page):
    for path, anchor in re.findall(
        r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)", without_code(page.read_text())
    ):
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("page", sorted({*PAGES} - CHECKED_ELSEWHERE), ids=page_id)
def test_every_block_of_python_is_quoted_from_a_file(page):
    text = page.read_text()

    assert text.count("```python") == len(
        re.findall(r"<!-- from: \S+\.py(?: START \w+)? -->\n```python\n", text)
    )


def test_the_docs_check_finds_no_error():
    report = subprocess.run(
        [sys.executable, ".ci/check_docs.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert report.returncode == 0, report.stdout


def test_the_index_links_to_every_page():
    linked = {(ROOT / "docs" / path).resolve() for path in re.findall(r"\]\(([^)#]+)", read("docs/index.md"))}

    pages = {page for page in PAGES if page.is_relative_to(ROOT / "docs")} - {ROOT / "docs/index.md"}
    assert pages <= linked


@each_page
def test_every_module_that_a_page_names_exists(page):
    text = page.read_text()
    # A recipe names the reader's files, which are copies of the files that it quotes.
    quoted = tuple(re.findall(r"<!-- from: (\S+)", text))
    missing = [
        name
        for name in modules_named_in(text)
        if not is_real(name) and not any(path.endswith(f"/{name}") for path in quoted)
    ]

    assert not missing


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_module_that_a_source_file_names_exists(path):
    missing = [name for name in modules_named_in(path.read_text()) if not is_real(name)]

    assert not missing


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("in `core/gone.py`", "core/gone.py"),
        ("in `core/jobs/gone.py` `next_step`", "core/jobs/gone.py"),
        ("in `adapters/images/deeper/gone.py`", "adapters/images/deeper/gone.py"),
        ("by `tests/adapters/jobs/test_gone.py::test_it`", "tests/adapters/jobs/test_gone.py"),
        ("see ``core/jobs/gone.py``", "core/jobs/gone.py"),
        ("`core.gone.next_step`", "core.gone.next_step"),
        (":class:`~airflow_provider_rekmedia.core.Gone`", "airflow_provider_rekmedia.core.Gone"),
    ],
)
def test_a_name_of_a_module_that_is_gone_is_found(text, named):
    assert modules_named_in(text) == [named]
    assert not is_real(named)


@pytest.mark.parametrize("module", [module for module in MODULES if "/" in module])
def test_a_name_of_a_module_that_exists_is_real(module):
    dotted = module.removesuffix(".py").replace("/", ".")

    assert is_real(module)
    assert is_real(f"airflow_provider_rekmedia.{dotted}")


def test_the_changelog_has_a_section_for_this_version():
    (version,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)

    assert re.search(
        rf"^## {re.escape(version)} - (unreleased|\d{{4}}-\d\d-\d\d)$",
        read("docs/changelog.md"),
        re.MULTILINE,
    )
