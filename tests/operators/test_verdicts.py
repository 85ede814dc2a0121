"""The operator that acts on verdicts, on the emulator."""

import gzip

import pytest
from core.report.reports import image, report_of
from services.actions.action_stage import row
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.airflow_compat import AirflowException, AirflowFailException
from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.report.report_file import decode_report, encode_report
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import encode_verdict_row
from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator


@pytest.fixture
def verdicts(photos):
    """A blocked image, one for review, and a clean one; and the XCom of their verdict file."""
    for name in ("pills.jpg", "beach.jpg", "cat.jpg"):
        photos.put(name)
    rows = [
        row(f"uploads/{name}", verdict=verdict, etag=head(photos, name)["ETag"].strip('"'))
        for name, verdict in (("pills.jpg", "block"), ("beach.jpg", "review"))
    ]
    body = gzip.compress(b"".join(map(encode_verdict_row, rows)))
    photos.client.put_object(Bucket="photos", Key="verdicts.jsonl.gz", Body=body)
    return {"version": 1, "uris": ["s3://photos/verdicts.jsonl.gz"], "images": 2, "run_images": 3}


def head(photos, name):
    return photos.client.head_object(Bucket="photos", Key=f"uploads/{name}")


def uploads(photos):
    found = photos.client.list_objects_v2(Bucket="photos", Prefix="uploads/").get("Contents", ())
    return {each["Key"].removeprefix("uploads/") for each in found}


def tags(photos, name):
    found = photos.client.get_object_tagging(Bucket="photos", Key=f"uploads/{name}")["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def act(verdicts, ti=None, **changes):
    arguments = {
        "task_id": "act",
        "verdicts": verdicts,
        "actions": {"block": "move", "review": "tag"},
        "action_log": "s3://photos/actions/",
        "quarantine": "s3://photos/quarantine/",
        "source": "s3://photos/uploads/",
        "holds": "s3://photos/holds/",
    }
    return run_task(
        RekognitionApplyVerdictsOperator(**arguments | changes), ti or FakeTaskInstance(task_id="act")
    )


def test_each_verdict_has_its_action_and_undo_restores_everything(photos, verdicts):
    before = photos.client.get_object(Bucket="photos", Key="uploads/pills.jpg")
    ti = FakeTaskInstance(task_id="act")

    summary = act(verdicts, ti, cloudfront_origin_path="/", max_objects=2, max_share="70%")

    assert summary["actions"] == {"block: move": {"done": 1}, "review: tag": {"done": 1}}
    assert ti.xcoms == {
        "counts": summary["counts"],
        "action_log": summary["action_log"],
        "summary": summary,
    }
    assert summary["invalidation_paths"]["photos"]["paths"] == 2
    assert uploads(photos) == {"beach.jpg", "cat.jpg"}
    assert tags(photos, "beach.jpg") == {"moderation-verdict": "review"}

    undone = act(None, undo=summary["action_log"], actions=None, task_id="undo")

    assert undone["counts"]["done"] == 2
    after = photos.client.get_object(Bucket="photos", Key="uploads/pills.jpg")
    assert (after["Body"].read(), after["Metadata"], after["ContentType"]) == (
        before["Body"].read(),
        before["Metadata"],
        before["ContentType"],
    )
    assert tags(photos, "beach.jpg") == {}
    assert "Contents" not in photos.client.list_objects_v2(Bucket="photos", Prefix="quarantine/")


def test_a_retry_after_the_end_changes_nothing(photos, verdicts, aws):
    summary = act(verdicts)
    aws.deny("s3:DeleteObject")
    aws.deny("s3:PutObjectTagging")

    assert act(verdicts) == summary


def test_a_held_image_stays(photos, verdicts):
    record = hold_uri(S3Uri("photos", "holds/"), S3Uri("photos", "uploads/pills.jpg"))
    photos.client.put_object(Bucket=record.bucket, Key=record.key, Body=b"{}")

    assert act(verdicts)["counts"]["held"] == 1
    assert "pills.jpg" in uploads(photos)


@pytest.mark.parametrize(
    ("action", "lost"),
    [
        ("s3:DeleteObject", "denied"),
        ("s3:GetObject", "denied"),
        ("s3:PutObjectTagging", "denied"),
    ],
)
def test_a_denied_call_fails_the_task_without_retry_and_a_clear_completes_it(
    photos, verdicts, aws, action, lost
):
    aws.deny(action, "photos/uploads/*")
    if action == "s3:PutObjectTagging":
        aws.deny(action, "photos/quarantine/*")
    ti = FakeTaskInstance(task_id="act")

    with pytest.raises(AirflowFailException, match=r"that S3 denied: [12], of 2"):
        act(verdicts, ti)

    assert ti.xcoms["counts"][lost] >= 1
    aws.configure(denied_access=[])
    assert act(verdicts, FakeTaskInstance(task_id="act", try_number=2))["counts"]["denied"] == 0
    assert uploads(photos) == {"beach.jpg", "cat.jpg"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verdicts": None}, "names no verdict files"),
        ({"actions": {"allow": "tag"}}, "'allow' is not a verdict that files have"),
        ({"actions": {"block": "burn"}}, "must be one of tag, copy, move, delete"),
        ({"actions": {"block": "call"}}, "pass the function itself"),
        ({"actions": None}, "a dict from verdict to verb"),
        ({"quarantine": None}, "copy and move need a prefix"),
        ({"quarantine": "s3://photos/uploads/q/"}, "inside s3://photos/uploads/"),
        ({"max_share": 3}, "must be a share"),
        ({"max_objects": 1}, "exceeds max_objects=1"),
        ({"tags": {"aws:x": "y"}}, "belong to AWS"),
        ({"all_versions": "maybe"}, "must be True or False"),
        ({"batch_manifest_above": 5, "kms_key_id": "k"}, "cannot read a CSV manifest"),
        ({"undo": "s3://photos/nothing/"}, "there is no action log"),
    ],
)
def test_a_wrong_argument_changes_nothing(photos, verdicts, changes, message):
    with pytest.raises(AirflowFailException, match=message):
        act(**{"verdicts": verdicts} | changes)

    assert uploads(photos) == {"pills.jpg", "beach.jpg", "cat.jpg"}
    assert tags(photos, "beach.jpg") == {}


def test_a_dry_run_changes_nothing(photos, verdicts):
    summary = act(verdicts, dry_run=True, max_objects=0)

    assert summary["actions"] == {"block: move": {"planned": 1}, "review: tag": {"planned": 1}}
    assert summary["dry_run_list"].endswith("/dry-run.jsonl.gz")
    assert "pills.jpg" in uploads(photos)
    with pytest.raises(AirflowException, match="an undo has no dry run"):
        act(None, undo="s3://photos/actions/x/", dry_run=True)


def test_texts_of_templates_mean_no_value(photos, verdicts):
    summary = act(verdicts, max_objects="None", max_share="", undo="None", all_versions="False", tags="None")

    assert summary["counts"]["done"] == 2


def test_counts_are_added_to_the_report_of_the_run(verdicts, photos):
    report = report_of([image(Alcohol=80)])
    photos.client.put_object(Bucket="photos", Key="report/run/report.json", Body=encode_report(report))
    act(verdicts, report={"json": "s3://photos/report/run/report.json"})
    body = photos.client.get_object(Bucket="photos", Key="report/run/report.json")["Body"].read()
    (section,) = decode_report(body, "").actions
    assert [(row.verdict, row.verb, row.outcomes) for row in section.rows] == [
        ("block", "move", {"done": 1}),
        ("review", "tag", {"done": 1}),
    ]


def test_a_dry_run_adds_nothing_to_the_report(verdicts, photos):
    act(verdicts, report="s3://photos/report/run/report.json", dry_run=True)
    found = photos.client.list_objects_v2(Bucket="photos", Prefix="report/")
    assert "Contents" not in found


def test_another_file_than_a_report_is_refused_before_any_action(verdicts, photos):
    with pytest.raises(AirflowFailException, match=r"must end in /report\.json"):
        act(verdicts, report="s3://photos/report/run/report.html")
    assert uploads(photos) == {"pills.jpg", "beach.jpg", "cat.jpg"}
