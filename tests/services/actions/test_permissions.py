"""The permissions on the pages are those of the calls that the emulator records."""

import re
from pathlib import Path

import pytest
from services.actions.action_stage import ActionStage, row

from airflow_provider_rekmedia.emulator.server import application
from airflow_provider_rekmedia.emulator.server.s3_permissions import iter_permissions

DOCS = Path(__file__).parents[3] / "docs"
PLAIN, LOCKED = "photos", "locked"


class EmulatorStage(ActionStage):
    """The stage, with a boto3 client of the emulator."""

    def __init__(self, client):
        super().__init__(client)
        client.put = lambda bucket, key, body, **_: client.put_object(Bucket=bucket, Key=key, Body=body)
        client.create_bucket(Bucket=PLAIN)
        client.create_bucket(Bucket="ops")
        client.create_bucket(Bucket=LOCKED, ObjectLockEnabledForBucket=True)


@pytest.fixture
def stage(rekmedia_emulator):
    return EmulatorStage(rekmedia_emulator.client("s3", retries={"total_max_attempts": 1}))


@pytest.fixture
def recorded(monkeypatch):
    """The IAM actions of all requests, by reading what each request needs."""
    actions = set()
    check = application.check_preconditions

    def record(*, etag_of, **request):
        actions.update(action for action, _ in iter_permissions(**request, body=b""))
        return check(**request, etag_of=etag_of)

    monkeypatch.setattr(application, "check_preconditions", record)
    return actions


def documented(verb):
    page = (DOCS / f"actions/{verb}.md").read_text().partition("## Cost and IAM")[2]
    common = (DOCS / "operators/verdicts.md").read_text().partition("## IAM")[2]
    return set(re.findall(r"`(s3:\w+)`", page + common))


@pytest.mark.parametrize("verb", ["tag", "copy", "move", "delete", "call"])
def test_the_page_of_a_verb_lists_the_permissions_of_its_calls(stage, recorded, verb):
    actions = {"block": (lambda images: None) if verb == "call" else verb}
    for number, (bucket, all_versions) in enumerate([(PLAIN, False), (LOCKED, False), (LOCKED, True)]):
        stage.s3.put(bucket, "a.jpg", b"judged")
        stage.judge(row("a.jpg", bucket=bucket))
        applied = stage.apply(actions, task=f"task{number}", all_versions=all_versions)
        assert applied.summary["counts"]["failed"] == applied.summary["counts"]["denied"] == 0
        stage.undo(applied, task=f"undo{number}")

    # The operator lists the parts of its log; HEAD needs ListBucket to report a missing object.
    assert recorded | {"s3:ListBucket"} == documented(verb)
