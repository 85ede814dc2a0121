"""The printed permissions are those of the calls: an action or a resource more or less fails."""

import json
from fnmatch import fnmatchcase
from types import SimpleNamespace

import pytest
from operators.reviewing import NOON, finish, plan
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.adapters import ledger as ledger_module
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.command_line.program import main
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.preflight.cures import PROBE_NAME
from airflow_provider_rekmedia.core.preflight.run_folders import arguments_below
from airflow_provider_rekmedia.core.review.queue import decode_queue, parse_queue_uri
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.operators.preflight import RekognitionPreflightOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator
from airflow_provider_rekmedia.services.record_decisions import Answered, record_decisions
from airflow_provider_rekmedia.tasks.human_input import HAS_HUMAN_INPUT

OUT = "s3://photos/out/"
PLACES = {"ledger": "s3://ledgers/nightly/", "parquet": "s3://photos/tables/"}
ANALYZE = {
    "bulk": RekognitionStartMediaAnalysisJobOperator,
    "per_image": RekognitionDetectModerationLabelsOperator,
}


@pytest.fixture(autouse=True)
def ledger_bucket(night):
    night.client.create_bucket(Bucket="ledgers")


def printed(capsys, *options):
    capsys.readouterr()  # the logs of the tasks
    assert main(["iam", "--source", "s3://photos/uploads/", "--output", OUT, *options]) == 0
    policy = json.loads(capsys.readouterr().out)
    return {
        (action, resource.removeprefix("arn:aws:s3:::"))
        for statement in policy["Statement"]
        for action in statement["Action"]
        for resource in ([statement["Resource"]] if "Condition" in statement else statement["Resource"])
    }


def given(task, engine, **more):
    arguments = arguments_below(OUT, source="s3://photos/uploads/", engine=engine, **PLACES, **more)
    return {"task_id": task, **dict(arguments.items())[task]}


def check(engine, **more):
    """Run preflight."""
    tasks = {"manifest": "manifest", "analysis": "moderate", "results": "results", "review": "review"}
    checked = {name: given(task, engine, **more) for name, task in tasks.items()}
    run_task(RekognitionPreflightOperator(task_id="preflight", engine=engine, **checked))


def run_night(engine, number):
    """Run every task of a night, without Airflow."""
    arguments_of = {name: given(name, engine) for name in ("manifest", "moderate", "results")}
    ti = FakeTaskInstance(task_id="manifest", run_id=f"night {number}")
    (manifest,) = run_task(RekognitionCreateManifestOperator(**arguments_of["manifest"]), ti)
    arguments = {key: value for key, value in arguments_of["moderate"].items() if value is not None}
    if engine == "bulk":
        arguments["poll_interval"] = 0.05
    job = run_task(
        ANALYZE[engine](manifest=manifest, **arguments), FakeTaskInstance(task_id="m", run_id=str(number))
    )
    results_ti = FakeTaskInstance(task_id="results", run_id=str(number))
    run_task(
        RekognitionMediaAnalysisResultsOperator(job=job, index=ti.xcoms["index"], **arguments_of["results"]),
        results_ti,
    )
    return results_ti.xcoms


@pytest.mark.parametrize("engine", ["bulk", "per_image"])
def test_the_policy_has_the_permissions_of_the_calls_of_two_nights(
    night, aws, recorded, capsys, monkeypatch, engine
):
    monkeypatch.setattr(ledger_module, "_MAX_SEGMENTS", 1)  # the first night merges these files
    ledger = ledger_module.Ledger(S3Objects(night.client), parse_s3_prefix(PLACES["ledger"]))
    for job_id in ("one", "two"):
        ledger.commit(job_id, [])
    check(engine)
    run_night(engine, 0)
    night.put("new.jpg", labels="Pills=90")
    run_night(engine, 1)
    rekognition = {(f"rekognition:{name}", "") for name, count in aws.usage()["calls"].items() if count}

    places = [word for name, prefix in PLACES.items() for word in (f"--{name}", prefix)]
    allowed = printed(capsys, "--engine", engine, *places)

    called = (recorded - {("s3:PutObject", "photos/uploads/new.jpg")}) | rekognition
    assert_equal(allowed, called)


def test_the_policy_has_the_permissions_of_the_calls_of_each_verb(night, aws, recorded, capsys):
    verdicts = run_night("per_image", 0)["verdicts"]
    for verb in ("tag", "copy", "move", "delete"):
        recorded.clear()
        acting = given("actions", "per_image", actions={"block": verb, "review": verb})
        ti = FakeTaskInstance(task_id=verb)
        run_task(RekognitionApplyVerdictsOperator(verdicts=verdicts, **acting), ti)
        if verb != "delete":  # without versions, a deletion has no undo
            undo = acting | {"task_id": "undo", "undo": ti.xcoms["action_log"]}
            run_task(RekognitionApplyVerdictsOperator(**undo), FakeTaskInstance(task_id=f"undo {verb}"))

        allowed = printed(capsys, "--engine", "per_image", "--action", f"block={verb}")

        called = {call for call in recorded if call[1]}
        assert called
        assert not {call for call in called if not any(permits(entry, call) for entry in allowed)}, verb


@pytest.mark.skipif(not HAS_HUMAN_INPUT, reason="this Airflow has no review page")
def test_a_review_adds_the_permissions_of_its_calls(night, recorded, capsys):
    pushed = run_night("per_image", 0)
    places = {"review": "s3://photos/review/", "decisions_file": "s3://photos/decisions.jsonl"}
    decision = json.dumps({"uri": "s3://photos/uploads/pills.jpg", "decision": "block"})
    night.client.put_object(Bucket="photos", Key="decisions.jsonl", Body=decision.encode())
    recorded.clear()
    check("per_image", **places)
    run_review(night.client, pushed, places)

    options = ["--engine", "per_image", *(w for name, uri in PLACES.items() for w in (f"--{name}", uri))]
    before = printed(capsys, *options)
    allowed = printed(
        capsys, *options, "--review", places["review"], "--decisions-file", places["decisions_file"]
    )

    missing = {call for call in recorded if call[1] and not any(permits(entry, call) for entry in allowed)}
    superfluous = {entry for entry in allowed - before if not is_used(entry, recorded)}
    assert (missing, superfluous) == (set(), set())
    assert before < allowed


def run_review(client, pushed, places):
    """Plan, see the page as a person does, escalate every image, and finish."""
    from airflow_provider_rekmedia.plugins.moderation_page.review import (  # noqa: PLC0415 Airflow 2 cannot
        pictures,
        queue_content,
        stored_review,
    )

    objects = S3Objects(client)
    (uri,), ti = plan(pushed["verdicts"], review=places["review"], holds=f"{OUT}holds/")
    place = parse_queue_uri(uri)
    queue = decode_queue(objects.read(place.uri), uri)
    shown = stored_review.StoredReview(queue, place.checksum, client, objects)
    queue_content.describe_queue(shown, None)
    for item in queue.items:
        assert not shown.is_held(item)
        if item.preview:  # one image is broken
            pictures.send_preview(shown, item)
        pictures.send_image(shown, item)
    answer = {
        "queue": place.checksum,
        "decisions": "e" * len(queue.items),
        "seconds": 9,
        "revealed": 1,
    }
    who = Answered(
        identity=TaskIdentity("night", "1", "review", 0),
        attempt=1,
        reviewer_id="ann",
        reviewer_name="Ann",
        at=NOON,
    )
    record_decisions(place, answer, who, SimpleNamespace(objects=objects))
    finish(ti.xcoms["plan"], report=pushed["report"], decisions_file=places["decisions_file"])


def permits(entry, call):
    (action, pattern), (called, resource) = entry, call
    if action != called:
        return False
    if called == "s3:ListBucket":  # the emulator names the prefix too; IAM does not
        resource = resource.partition("/")[0]
    return pattern == "*" or fnmatchcase(resource, pattern)


def is_used(entry, called):
    """A call for the probe of preflight is a reason only for the permission on the probe itself."""
    is_for_probe = entry[1].endswith(PROBE_NAME)
    return any(permits(entry, call) for call in called if is_for_probe or PROBE_NAME not in call[1])


def assert_equal(allowed, called):
    missing = {call for call in called if not any(permits(entry, call) for entry in allowed)}
    superfluous = {entry for entry in allowed if not is_used(entry, called)}
    assert (missing, superfluous) == (set(), set())
