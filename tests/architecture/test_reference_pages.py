"""Tables and diagrams in the docs agree with the code that they describe."""

import ast
import inspect
import re
import tomllib
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from architecture.inventory import MODULES, NAME, PACKAGE, ROOT, tree_of
from architecture.pages import names, read, rows, section

from airflow_provider_rekmedia.core import errors
from airflow_provider_rekmedia.core.errors import ActionsFailed, JobFailed, RekmediaError, UnknownStatus
from airflow_provider_rekmedia.core.images.prices import PRICES_AS_OF, QUOTAS_AS_OF, region_quota
from airflow_provider_rekmedia.core.job_failure import FailureCode, JobFailure
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, encode_job
from airflow_provider_rekmedia.core.jobs.polling import Failed, Pace, next_attempt, next_step
from airflow_provider_rekmedia.emulator.jobs.schedule import STAGES
from airflow_provider_rekmedia.task_groups.moderation import ModeratedImages, moderate_images

#: error, what happened, what to do, retry
ERROR_COLUMNS = 4
ERRORS = "docs/reference/errors.md"
WAITING = "docs/explanation/waiting.md"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

DEADLINE = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE, AT = DEADLINE - timedelta(hours=1), DEADLINE
PACE = Pace(60, DEADLINE)


def leaves(kind=RekmediaError):
    subclasses = [subclass for subclass in kind.__subclasses__() if subclass.__module__.startswith(NAME)]
    return [leaf for subclass in subclasses for leaf in leaves(subclass)] if subclasses else [kind]


def test_every_error_is_documented_once_and_no_other():
    documented = [names(row[0])[0] for row in rows(read(ERRORS)) if len(row) == ERROR_COLUMNS]

    assert sorted(documented) == sorted(kind.__name__ for kind in leaves())


#: Errors whose instances differ in whether a retry helps.
BY_INSTANCE = {JobFailed: "by code", ActionsFailed: "by cause"}


@pytest.mark.parametrize("kind", leaves(), ids=lambda kind: kind.__name__)
def test_an_error_is_listed_under_its_branch_and_says_whether_a_retry_helps(kind):
    (branch,) = (base for base in kind.__mro__ if RekmediaError in base.__bases__)
    heading = {
        "InvalidInput": "Invalid input",
        "ServiceError": "Service errors",
        "JobEnded": "Bad endings",
        "UnexpectedAnswer": "Unexpected answers",
    }[branch.__name__]
    (row,) = (row for row in rows(section(ERRORS, heading)) if names(row[0])[:1] == [kind.__name__])

    expected = BY_INSTANCE.get(kind, "yes" if kind.retryable else "no")
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
    keys = [names(row[0])[0] for row in rows(read("docs/reference/job.md")) if len(row) == 4]

    job = Job(
        job_id="a", engine=Engine.BULK, status=JobStatus.CREATED, manifest_version="v", min_confidence=50
    )
    assert keys == list(encode_job(job))


def test_the_job_has_the_documented_statuses():
    (row,) = (row for row in rows(read("docs/reference/job.md")) if row[0] == "`status`")

    assert names(row[2]) == list(JobStatus)


def observation(name):
    """Build the job or the error that a row of a table names."""
    if name in JobStatus.__members__:
        return Job(job_id="a", engine=Engine.BULK, status=JobStatus(name))
    if name == "UnknownStatus":
        return UnknownStatus(job_id="a", status="NEW")
    return getattr(errors, name)(operation="GetMediaAnalysisJob", code="x", message="x")


def describe(step):
    """Write a step as the tables do."""
    return f"Failed: {type(step.error).__name__}" if isinstance(step, Failed) else type(step).__name__


def test_the_table_of_polls_agrees_with_next_step():
    table = rows(read(WAITING).split("Before there is a job")[0])

    assert {row[0] for row in table} >= {*JobStatus}
    for name, *expected in table:
        steps = [next_step("a", observation(name), PACE, now=now, jitter=0.5) for now in (BEFORE, AT)]
        assert [describe(step) for step in steps] == expected, name


def test_the_table_of_refused_starts_agrees_with_next_attempt():
    table = rows(read(WAITING).split("Before there is a job")[1].split("## ")[0])

    assert table
    for name, *expected in table:
        steps = [next_attempt(observation(name), PACE, now=now, jitter=0.5) for now in (BEFORE, AT)]
        assert [describe(step) for step in steps] == expected, name


def test_the_diagram_of_states_agrees_with_the_emulator():
    drawn = set(re.findall(r"^ +(\S+) --> (\S+)$", read(WAITING), re.MULTILINE))
    path = [name for name, _ in STAGES]
    final = [str(status) for status in JobStatus if status.is_final]

    expected = {("[*]", path[0]), *pairwise(path)}
    expected |= {(path[-1], end) for end in final} | {(end, "[*]") for end in final}
    assert drawn == expected


def test_the_drawn_layers_agree_with_the_contract():
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = re.search(r"```text\n(.*?)```", read("docs/explanation/architecture.md"), re.DOTALL)[1]

    rows_drawn = [re.split(r" {3,}(?=\S+ \S+ )", line)[0].split() for line in drawn.strip().splitlines()]
    assert rows_drawn == [layer.split(" | ") for layer in layers]


def test_the_decisions_that_the_architecture_names_exist():
    table = rows(section("docs/explanation/architecture.md", "Decide in the core, act in the shell"))

    assert table
    for _, where, _ in table:
        module, name = names(where)
        source = (PACKAGE / module).read_text()
        assert re.search(rf"^ *(def|class) {name}\b|^ *{name}\b[:=\s]", source, re.MULTILINE), where


#: The IAM actions of S3 operations that have another name.
ACTION_OF = {
    "CopyObject": "PutObject",  # GetObject on the source
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjectsV2": "ListBucket",
}


def test_the_permissions_are_those_of_the_calls():
    called = {
        "".join(word.title() for word in node.func.attr.split("_"))
        for module in MODULES
        if module.startswith("adapters/")
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and re.fullmatch(r"(self\.)?_?client", ast.unparse(node.func.value))
    } - {"GetPaginator", "GeneratePresignedUrl"} | {"ListObjectsV2", "ListObjectVersions"}
    permitted = {
        action.split(":")[1]
        for row in rows(section("README.md", "What the connection must be allowed"))
        for action in names(row[0])
    }

    assert permitted == {ACTION_OF.get(operation, operation) for operation in called}


def test_the_crash_table_lists_the_steps_of_the_crash_matrix():
    dag = ast.parse(read("tests/stack/dags/crash_matrix.py"))
    steps = {
        node.targets[0].id: [ast.literal_eval(key) for key in node.value.keys]
        for node in dag.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    }
    table = {row[0]: row for row in rows(section("docs/explanation/crash_safety.md", "Killed at every step"))}

    *killed, returning, never = table
    assert killed == steps["STEPS"] + steps["WAITING_ONLY"]
    assert returning in {node.value for node in ast.walk(dag) if isinstance(node, ast.Constant)}
    assert never.split(";")[0] in {node.value for node in ast.walk(dag) if isinstance(node, ast.Constant)}
    assert {name for name, row in table.items() if row[2] != "yes"} == set(steps["WAITING_ONLY"])


def parse_seconds(text):
    """Parse a duration such as "5 h 33 min"."""
    unit_s = {"h": 3600, "min": 60, "s": 1}
    return sum(int(number) * unit_s[unit] for number, unit in re.findall(r"(\d+) (h|min|s)\b", text))


@pytest.mark.parametrize(("column", "region"), [(1, "us-east-1"), (2, "eu-central-1")])
def test_the_times_of_the_engines_follow_from_the_quotas(column, region):
    page = "docs/explanation/engines.md"
    cells = {row[0].replace("`", ""): row[column] for row in rows(section(page, "Times"))}
    quota = region_quota(region)

    assert cells["bulk: jobs at once"] == str(quota.concurrent_jobs)
    assert cells["per_image: calls a second"] == str(quota.images_per_s)
    for images in (10_000, 1_000_000):
        expected = images / quota.images_per_s
        assert 0 <= expected - parse_seconds(cells[f"per_image: {images:,} images"]) < 60
    assert QUOTAS_AS_OF in section(page, "Times")
    assert PRICES_AS_OF in section(page, "Prices")


def test_the_task_group_has_the_documented_arguments_and_tasks():
    page = "docs/task_groups/moderation.md"
    listed = [names(row[0])[0] for row in rows(section(page, "Arguments"))]
    returned = [name for row in rows(section(page, "What it returns")) for name in names(row[0])]

    assert sorted(listed) == sorted(inspect.signature(moderate_images).parameters)
    assert returned == list(inspect.signature(ModeratedImages).parameters)
