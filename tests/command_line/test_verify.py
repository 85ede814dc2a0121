"""``verify`` states its cost, and calls nothing without ``--yes``."""

import json

import pytest
from buckets import create_buckets

from airflow_provider_rekmedia.command_line.program import main
from airflow_provider_rekmedia.core.errors import NoCredentials
from airflow_provider_rekmedia.services.verify import cleanup, questions
from airflow_provider_rekmedia.services.verify_account import QUESTIONS

BUCKET = "verified-bucket"


@pytest.fixture
def verify(aws, tmp_path):
    """Run the command with files in a folder of the test; return the status and ``facts.json``."""
    create_buckets(aws.client("s3"), BUCKET)
    files = ["--output", str(tmp_path / "facts.json"), "--issue", str(tmp_path / "facts.md")]

    def verify(*arguments):
        status = main(["verify", "--bucket", BUCKET, *files, *arguments])
        facts = tmp_path / "facts.json"
        return status, json.loads(facts.read_text()) if facts.exists() else None

    return verify


def test_without_yes_it_states_the_cost_and_calls_nothing(verify, aws, capsys):
    assert verify() == (1, None)

    out = capsys.readouterr().out
    assert "at most 30 images" in out
    assert "$0.030" in out
    assert "Add --yes" in out
    assert not sum(aws.usage()["calls"].values())
    assert not aws.client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"]


def test_a_bucket_is_required(capsys):
    with pytest.raises(SystemExit) as end:
        main(["verify", "--yes"])

    assert end.value.code == 2


@pytest.mark.parametrize(
    ("option", "value"),
    [("--bucket", "s3://photos"), ("--bucket", ""), ("--output", "no_such_folder/f.json"), ("--issue", ".")],
)
def test_what_cannot_work_is_an_error_before_anything_is_paid(verify, aws, capsys, option, value):
    assert verify("--yes", option, value) == (1, None)

    assert f"{option}={value!r}" in capsys.readouterr().err
    assert not sum(aws.usage()["calls"].values())


def test_an_error_after_some_answers_keeps_them_and_is_status_1(verify, monkeypatch, capsys):
    def expire(_):
        raise NoCredentials(operation="GetMediaAnalysisJob", code="ExpiredToken", message="", request_id="")

    chosen = [each for each in QUESTIONS if each.fact_id == "truncated-image"]
    broken = questions.Question("result-order", expire)
    monkeypatch.setattr("airflow_provider_rekmedia.services.verify_account.QUESTIONS", (*chosen, broken))

    status, facts = verify("--yes")

    assert status == 1
    assert [fact["id"] for fact in facts["facts"]] == ["truncated-image"]
    assert "ExpiredToken" in capsys.readouterr().err


def test_it_writes_both_files_and_leaves_nothing(verify, aws, tmp_path, capsys):
    status, facts = verify("--engine", "per_image", "--prefix", "checks", "--yes")

    assert status == 0
    assert {fact["id"]: fact["answer"] for fact in facts["facts"]}["truncated-image"]
    assert facts["region"] == "us-east-1"
    assert BUCKET not in json.dumps(facts) + (tmp_path / "facts.md").read_text()
    assert not aws.client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"]
    assert "Everything that was written is removed." in capsys.readouterr().out


def test_ctrl_c_is_status_130_and_keeps_the_answers(verify, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    chosen = [each for each in QUESTIONS if each.fact_id == "truncated-image"]
    broken = questions.Question("large-dimensions-error", interrupt, images=("too-many-pixels.png",))
    monkeypatch.setattr("airflow_provider_rekmedia.services.verify_account.QUESTIONS", (*chosen, broken))

    status, facts = verify("--yes")

    assert status == 130
    assert [fact["id"] for fact in facts["facts"]] == ["truncated-image"]


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (cleanup.Leftovers(objects=("s3://b/k: denied",)), "Left: s3://b/k: denied"),
        (cleanup.Leftovers(running_jobs=("job-1",)), "job job-1 still runs"),
    ],
)
def test_what_is_left_is_listed_and_is_status_1(verify, monkeypatch, capsys, left, shown):
    monkeypatch.setattr("airflow_provider_rekmedia.services.verify_account.clean_up", lambda _: left)
    monkeypatch.setattr("airflow_provider_rekmedia.services.verify_account.QUESTIONS", ())

    status, _ = verify("--yes")

    assert status == 1
    assert shown in capsys.readouterr().out
