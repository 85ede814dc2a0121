import pytest

from airflow_provider_rekmedia.core.actions.verb import Verb
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.images.source import Prefixes
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.core.preflight.finding import Outcome
from airflow_provider_rekmedia.core.preflight.planned_run import plan_run
from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments
from airflow_provider_rekmedia.core.preflight.run_folders import arguments_below
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def plan(**changes):
    arguments = {"source": "s3://photos/in/", "engine": "bulk"} | changes
    return plan_run(arguments_below("s3://photos/out/", **arguments))


def test_the_plan_of_a_run_has_what_it_reads_and_writes():
    found, findings = plan(ledger="s3://photos/ledger/", kms_key_id="key", parquet="s3://tables/")

    assert found.engine is Engine.BULK
    assert found.source == Prefixes((S3Uri("photos", "in/"),))
    assert {(write.argument, str(write.prefix)) for write in found.writes} == {
        ("manifest_prefix", "s3://photos/out/manifests/"),
        ("output", "s3://photos/out/jobs/"),
        ("verdicts", "s3://photos/out/verdicts/"),
        ("report", "s3://photos/out/report/"),
        ("parquet", "s3://tables/"),
        ("ledger", "s3://photos/ledger/"),
    }
    assert {write.kms_key_id for write in found.writes} == {"key"}
    assert (found.tables, found.ledger, found.holds) == (True, S3Uri("photos", "ledger/"), None)
    assert [finding.outcome for finding in findings] == [Outcome.OK]


def test_only_the_ledger_is_a_place_of_deletions():
    found, _ = plan(ledger="s3://photos/ledger/")

    assert [write.argument for write in found.writes if "delete" in write.needs] == ["ledger"]


@pytest.mark.parametrize(("verb", "copies"), [("move", True), ("copy", True), ("tag", False)])
def test_the_quarantine_is_written_only_by_copies(verb, copies):
    found, _ = plan(actions={"block": verb}, quarantine="s3://photos/q/")

    arguments = [write.argument for write in found.writes]
    assert ("quarantine" in arguments) is copies
    assert "action_log" in arguments
    assert found.verbs == {Verb(verb)}
    assert found.holds == S3Uri("photos", "out/holds/")


def test_arguments_that_cannot_be_used_are_findings_and_not_in_the_plan():
    found, findings = plan_run(
        RunArguments(
            engine="per_image",
            manifest={"source": "nowhere", "max_cost": "dear", "extensions": 7},
            analysis={"output": "x", "min_confidence": 0.5},
            actions={"actions": {"block": "burn"}},
        )
    )

    assert [finding.subject for finding in findings] == [
        "source of the task manifest",
        "max_cost of the task manifest",
        "output of the task moderate",
        "min_confidence of the task moderate",
        "actions of the task actions",
        "extensions of the task manifest",
    ]
    assert (found.source, found.max_cost_usd, found.min_confidence) == (None, None, None)
    assert (found.writes, found.verbs) == ((), frozenset())


def test_each_task_that_writes_to_the_review_does_so_with_its_key():
    review = {"review": "s3://photos/review/", "kms_key_id": "plan"}
    arguments = {"engine": "bulk", "review": review | {"finish": {"kms_key_id": "finish"}}}

    def keys(**changes):
        found, _ = plan_run(RunArguments(**arguments | {"review": arguments["review"] | changes}))
        return {write.kms_key_id for write in found.writes if write.argument == "review"}

    assert keys(question={"kms_key_id": "question"}) == {"plan", "question", "finish"}
    assert keys(question=None) == {"plan", "finish"}


def test_a_review_deletes_in_its_prefix_and_keeps_hold_records():
    found, _ = plan(review="s3://photos/review/", decisions_file="s3://photos/decisions.csv")

    needs = {write.argument: write.needs for write in found.writes}
    assert needs["review"] == {"list", "get", "delete"}
    assert needs["holds"] == {"list", "get"}
    assert found.decisions_file == S3Uri("photos", "decisions.csv")


def test_hold_records_below_the_review_are_no_prefix_of_their_own():
    found, _ = plan_run(RunArguments(engine="bulk", review={"review": "s3://photos/review/", "holds": None}))

    assert [write.argument for write in found.writes] == ["review"]


def test_each_prefix_of_a_review_is_written_with_the_key_of_each_task():
    review = {"review": "s3://b/r/", "holds": "s3://b/h/", "kms_key_id": "plan"}
    review |= {"question": {"kms_key_id": "question"}, "finish": {"parquet": "s3://b/t/", "kms_key_id": None}}

    found, _ = plan_run(RunArguments(engine="bulk", review=review))

    assert [(write.argument, write.kms_key_id) for write in found.writes] == [
        ("review", "plan"),
        ("review", "question"),
        ("review", None),
        ("holds", "question"),
        ("holds", None),
        ("parquet", None),
    ]
    assert found.reviews_table


@pytest.mark.parametrize(
    ("review", "makes"),
    [
        ({}, False),
        ({"review": "s3://b/r/"}, True),
        ({"previews": "False"}, False),
        ({"previews": None}, False),
    ],
)
def test_previews_are_made_unless_they_are_turned_off(review, makes):
    assert plan_run(RunArguments(engine="bulk", review=review))[0].previews is makes


def test_a_copy_without_a_quarantine_is_a_finding():
    _, findings = plan_run(RunArguments(engine="bulk", actions={"actions": {"block": "copy"}}))

    assert "copy and move need a prefix for the copies" in findings[0].text


def test_an_unknown_engine_is_an_error():
    with pytest.raises(InvalidArgument, match="engine"):
        plan(engine="batch")
