"""The command line writes where ``moderate_images`` writes."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.core.preflight.run_folders import FOLDERS, arguments_below
from airflow_provider_rekmedia.task_groups.moderation import moderate_images


def test_the_folders_are_those_of_the_task_group():
    common = {"source": "s3://photos/in/", "engine": "bulk", "actions": {"block": "move"}}
    review, tables = "s3://photos/out/review/", {"parquet": "s3://photos/out/tables/"}
    with DAG("dag", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        checks = moderate_images(
            output="s3://photos/out/", review={"ask": False}, results=tables, **common
        ).preflight
    arguments = arguments_below("s3://photos/out/", review=review, **tables, **common)

    for of_group, of_command in (
        (checks.manifest, arguments.manifest),
        (checks.analysis, arguments.analysis),
        (checks.results, arguments.results),
        (checks.actions, arguments.actions),
    ):
        for name in FOLDERS:
            assert of_group.get(name) == of_command.get(name), name
    assert dict(checks.review) == dict(arguments.review) | {"question": None}


def test_a_quarantine_elsewhere_replaces_the_folder():
    found = arguments_below(
        "s3://b/", source="s3://b/in/", engine="bulk", actions={"block": "copy"}, quarantine="s3://q/"
    )

    assert found.actions["quarantine"] == "s3://q/"
    assert arguments_below("s3://b/", source="s3://b/in/", engine="bulk").actions == {}


def test_hold_records_elsewhere_replace_the_folder_for_actions_and_for_the_review():
    found = arguments_below(
        "s3://b/",
        source="s3://b/in/",
        engine="bulk",
        actions={"block": "tag"},
        review="s3://b/r/",
        holds="s3://h/",
    )

    assert (found.actions["holds"], found.review["holds"]) == ("s3://h/", "s3://h/")
