"""Tables and diagrams of the docs, held against the code that they show."""

import ast
import inspect
import re
import tomllib
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from architecture.inventory import NAME, ROOT, modules_in, tree_of
from architecture.pages import names, read, rows, section

from airflow_provider_rekmedia.core import refusals
from airflow_provider_rekmedia.core.errors import JobFailed, RekmediaError, UnknownStatus, error_named
from airflow_provider_rekmedia.core.failure import FailureCode, JobFailure
from airflow_provider_rekmedia.core.images.prices import PRICES_AS_OF, QUOTAS_AS_OF, region_quota
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, encode_job
from airflow_provider_rekmedia.core.jobs.polling import Failed, Pace, next_attempt, next_step
from airflow_provider_rekmedia.emulator.lifecycle import STAGES
from airflow_provider_rekmedia.task_groups.moderation import ModeratedImages, moderate_images

ERRORS = "docs/reference/errors.md"
WAITING = "docs/explanation/waiting.md"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

DEADLINE = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE, AT = DEADLINE - timedelta(hours=1), DEADLINE
PACE = Pace(60, DEADLINE)


def leaves(kind=RekmediaError):
    below = [each for each in kind.__subclasses__() if each.__module__.startswith(NAME)]
    return [leaf for each in below for leaf in leaves(each)] if below else [kind]


def error_rows():
    return [row for row in rows(read(ERRORS)) if error_named(names(row[0])[0] if names(row[0]) else "")]


def test_every_error_is_documented_once_and_no_other():
    documented = [names(row[0])[0] for row in error_rows()]

    assert sorted(documented) == sorted(kind.__name__ for kind in leaves())


@pytest.mark.parametrize("kind", leaves(), ids=lambda kind: kind.__name__)
def test_an_error_stands_under_its_branch_with_whether_a_retry_helps(kind):
    (branch,) = (base for base in kind.__mro__ if RekmediaError in base.__bases__)
    heading = {
        "InvalidInput": "Invalid input",
        "ServiceError": "Service errors",
        "JobEnded": "Bad endings",
        "UnexpectedAnswer": "Unexpected answers",
    }[branch.__name__]
    (row,) = (row for row in rows(section(ERRORS, heading)) if names(row[0])[:1] == [kind.__name__])

    expected = "by code" if kind is JobFailed else ("yes" if kind.retryable else "no")
    assert row[3] == expected
    assert row[1]
    assert row[2]


def test_every_failure_code_is_documented_with_its_advice():
    table = {
        names(row[0])[0] if names(row[0]) else row[0]: row[1:]
        for row in rows(section(ERRORS, "Bad endings"))
        if len(row) == 3
    }

    assert set(table) == {*FailureCode.__members__, "any other"}
    for code, (advice, retry) in table.items():
        failure = JobFailure(code, "")
        assert (advice, retry) == (failure.advice, "yes" if failure.is_retryable else "no")


def test_the_job_has_the_documented_keys_in_their_order():
    told = [names(row[0])[0] for row in rows(read("docs/reference/job.md")) if len(row) == 4]

    whole = Job(job_id="a", engine=Engine.BULK, status=JobStatus.CREATED, manifest_version="v")
    assert told == list(encode_job(whole))


def test_the_job_has_the_documented_statuses():
    (row,) = (row for row in rows(read("docs/reference/job.md")) if row[0] == "`status`")

    assert names(row[2]) == list(JobStatus)


def seen(what):
    if what in JobStatus.__members__:
        return Job(job_id="a", engine=Engine.BULK, status=JobStatus(what))
    if what == "UnknownStatus":
        return UnknownStatus(job_id="a", status="NEW")
    return getattr(refusals, what)(operation="GetMediaAnalysisJob", code="x", message="x")


def told(step):
    return f"Failed: {type(step.error).__name__}" if isinstance(step, Failed) else type(step).__name__


def test_the_table_of_looks_is_what_is_decided():
    table = rows(read(WAITING).split("Before there is a job")[0])

    assert {row[0] for row in table} >= {*JobStatus}
    for what, *expected in table:
        steps = [next_step("a", seen(what), PACE, now=now, jitter=0.5) for now in (BEFORE, AT)]
        assert [told(step) for step in steps] == expected, what


def test_the_table_of_refused_starts_is_what_is_decided():
    table = rows(read(WAITING).split("Before there is a job")[1].split("## ")[0])

    assert table
    for what, *expected in table:
        steps = [next_attempt(seen(what), PACE, now=now, jitter=0.5) for now in (BEFORE, AT)]
        assert [told(step) for step in steps] == expected, what


def test_the_diagram_of_states_is_what_the_emulator_goes_through():
    drawn = set(re.findall(r"^ +(\S+) --> (\S+)$", read(WAITING), re.MULTILINE))
    path = [name for name, _ in STAGES]
    final = [str(status) for status in JobStatus if status.is_final]

    expected = {("[*]", path[0]), *pairwise(path)}
    expected |= {(path[-1], end) for end in final} | {(end, "[*]") for end in final}
    assert drawn == expected


def test_the_drawn_layers_are_those_that_are_kept():
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = re.search(r"```text\n(.*?)```", read("docs/explanation/architecture.md"), re.DOTALL)[1]

    rows_drawn = [re.split(r" {3,}(?=\S+ \S+ )", line)[0].split() for line in drawn.strip().splitlines()]
    assert rows_drawn == [layer.split(" | ") for layer in layers]


def test_the_decisions_that_the_architecture_names_exist():
    for _, where, _ in rows(
        section("docs/explanation/architecture.md", "Decide in the core, act in the shell")
    ):
        module, name = names(where)
        assert name in (ROOT / NAME / module).read_text(), where


#: What IAM calls the S3 operations whose names differ.
ACTION_OF = {"HeadBucket": "ListBucket", "HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}


def test_the_permissions_are_those_of_the_calls_that_are_made():
    called = {
        "".join(word.title() for word in node.func.attr.split("_"))
        for module in modules_in("adapters")
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "self._client"
    } - {"GetPaginator"} | {"ListObjectsV2"}
    permitted = {
        action.split(":")[1]
        for row in rows(section("README.md", "What the connection must be allowed"))
        for action in names(row[0])
    }

    assert permitted == {ACTION_OF.get(operation, operation) for operation in called}


def test_the_crash_table_is_what_the_crash_matrix_kills():
    dag = ast.parse(read("tests/stack/dags/crash_matrix.py"))
    steps = {
        node.targets[0].id: [ast.literal_eval(key) for key in node.value.keys]
        for node in dag.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    }
    table = {row[0]: row for row in rows(section("docs/operators/media_analysis.md", "Killed at every step"))}

    *killed, returning, never = table
    assert killed == steps["STEPS"] + steps["WAITING_ONLY"]
    assert returning in {node.value for node in ast.walk(dag) if isinstance(node, ast.Constant)}
    assert never.split(";")[0] in {node.value for node in ast.walk(dag) if isinstance(node, ast.Constant)}
    assert {name for name, row in table.items() if row[2] != "yes"} == set(steps["WAITING_ONLY"])


def seconds(told):
    """Read "5 h 33 min"."""
    unit_s = {"h": 3600, "min": 60, "s": 1}
    return sum(int(number) * unit_s[unit] for number, unit in re.findall(r"(\d+) (h|min|s)\b", told))


@pytest.mark.parametrize(("column", "region"), [(1, "us-east-1"), (2, "eu-central-1")])
def test_the_times_of_the_engines_follow_from_the_quotas(column, region):
    page = "docs/explanation/engines.md"
    told = {row[0].replace("`", ""): row[column] for row in rows(section(page, "Times"))}
    quota = region_quota(region)

    assert told["bulk: jobs at once"] == str(quota.concurrent_jobs)
    assert told["per_image: calls a second"] == str(quota.images_per_s)
    for images in (10_000, 1_000_000):
        expected = images / quota.images_per_s
        assert 0 <= expected - seconds(told[f"per_image: {images:,} images"]) < 60
    assert QUOTAS_AS_OF in section(page, "Times")
    assert PRICES_AS_OF in section(page, "Prices")


def test_the_task_group_has_the_documented_arguments_and_tasks():
    page = "docs/task_groups/moderation.md"
    listed = [names(row[0])[0] for row in rows(section(page, "Arguments"))]
    returned = [name for row in rows(section(page, "What it returns")) for name in names(row[0])]

    assert sorted(listed) == sorted(inspect.signature(moderate_images).parameters)
    assert returned == list(inspect.signature(ModeratedImages).parameters)
