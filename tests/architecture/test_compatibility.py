"""What the pages say about versions is what CI runs."""

import re
import tomllib

import pytest
from architecture.inventory import ROOT
from architecture.pages import read, rows, section
from dag_files import with_airflow_2_imports

PROJECT = tomllib.loads(read("pyproject.toml"))["project"]
MATRIX = [line.split() for line in read(".ci/matrix").splitlines() if not line.startswith("#")]
#: The constraints of what `make test AIRFLOW=…` takes; a release has a file of its name.
CONSTRAINTS = {"3": "airflow-3", "3.0": "airflow-3.0.6", "2": "airflow-2.11.0", "lowest": "lowest"}
TESTS = {
    "all": "all",
    "release": "all but core and adapters",
    "libraries": "core, adapters",
    "parts": "core, adapters, operators, one Dag run",
    "airflow": "operators, Dag runs",
    "one-dag": "install, import, one Dag run",
}
AMAZON, COMPAT = "apache-airflow-providers-amazon", "apache-airflow-providers-common-compat"
EXAMPLES = [*(ROOT / "example_dags").glob("*.py"), *(ROOT / "tests/architecture/dags").glob("*.py")]


def pins(airflow):
    name = CONSTRAINTS.get(airflow, f"airflow-{airflow}")
    return dict(re.findall(r"^(\S+)==(\S+)$", read(f".ci/constraints-{name}.txt"), re.MULTILINE))


def number(version):
    return [int(part) for part in re.findall(r"\d+", version)]


def versions(library):
    return sorted({pins(airflow)[library] for airflow, _, _ in MATRIX}, key=number)


def lower_bound(library):
    (bound,) = (each for each in PROJECT["dependencies"] if each.startswith(f"{library}>="))
    return bound.partition(">=")[2]


def test_compatibility_page_lists_every_row_of_the_matrix():
    listed = [
        (row[0], row[1], row[2], row[4]) for row in rows(section("docs/compatibility.md", "Which versions"))
    ]

    assert listed == [
        (pins(airflow)["apache-airflow"], python, pins(airflow)[AMAZON], TESTS[tests])
        for airflow, python, tests in MATRIX
    ]


def test_readme_lists_the_tested_versions():
    listed = {row[0]: row[1:] for row in rows(section("README.md", "Versions"))}

    pythons = sorted({python for _, python, _ in MATRIX}, key=number)
    classified = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))
    assert listed["Airflow"] == [
        f"{lower_bound('apache-airflow')} and newer",
        ", ".join(versions("apache-airflow")),
    ]
    rest = ", ".join(version for version in pythons if version not in classified)
    tested = ", ".join(classified) + (f"; the GitHub workflow also {rest}" if rest else "")
    assert listed["Python"] == [", ".join(classified), tested]
    for library in (AMAZON, COMPAT):
        oldest, *_, newest = versions(library)
        assert listed[library] == [f"{lower_bound(library)} and newer", f"{oldest} to {newest}"]


def test_lower_bounds_are_what_the_oldest_row_installs():
    tested = pins("lowest")
    extras = [name for extra in PROJECT["optional-dependencies"].values() for name in extra]

    own = PROJECT["name"]
    for requirement in [*PROJECT["dependencies"], *(name for name in extras if not name.startswith(own))]:
        name, bound = re.match(r"([\w-]+)(?:\[.*\])?>=([\d.]+)", requirement).groups()
        bare = [number(each) for each in (tested[name], bound)]
        assert bare[0][: len(bare[1])] == bare[1], requirement


def test_every_classified_python_is_tested_on_this_machine_or_in_the_workflow():
    workflow = set(re.findall(r"^ +(3\.\d+)$", read(".github/workflows/ci.yml"), re.MULTILINE))

    assert {python for _, python, _ in MATRIX} == workflow


@pytest.mark.parametrize("path", sorted((ROOT / ".ci").glob("constraints-*.txt")), ids=lambda path: path.name)
def test_constraints_are_names_and_versions_only(path):
    note, *lines = path.read_text().splitlines()

    assert note.startswith("# ")
    assert lines
    assert not [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example_has_imports_for_airflow_2_on_the_compatibility_page(path):
    text = path.read_text()

    assert "from airflow.sdk import" in text
    assert "airflow.sdk" not in with_airflow_2_imports(text)
