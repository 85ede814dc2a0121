import pytest
from services.preflight.preflight_stage import findings_of, state_of

from airflow_provider_rekmedia.core.errors import ObjectUnreadable
from airflow_provider_rekmedia.services.preflight.check_writes import check_writes

PREFIXES = {"manifest_prefix": "manifests", "output": "jobs", "verdicts": "verdicts", "report": "report"}


def keys(stage):
    return [found["Key"] for found in stage.s3.list_objects_v2(Bucket="analysis").get("Contents", [])]


def test_every_prefix_can_be_written_and_nothing_stays(stage):
    lines = findings_of(check_writes, stage, kms_key_id="alias/m")

    assert lines == [
        f"ok write {argument} s3://analysis/out/{folder}/: can be written, encrypted with alias/m"
        for argument, folder in PREFIXES.items()
    ]
    assert keys(stage) == []


@pytest.mark.parametrize("argument", PREFIXES)
def test_a_denied_upload_is_found_for_its_prefix_alone(stage, argument):
    stage.emulator.deny("s3:PutObject", f"analysis/out/{PREFIXES[argument]}/*")

    failed = [line for line in findings_of(check_writes, stage) if not line.startswith("ok")]

    assert len(failed) == 1
    assert failed[0].startswith(f"failed write {argument} s3://analysis/out/{PREFIXES[argument]}/: PutObject")


@pytest.mark.parametrize("action", ["s3:ListBucket", "s3:GetObject"])
def test_what_the_run_needs_besides_the_upload_is_found(stage, action):
    stage.emulator.deny(action, "analysis/out/jobs/*")

    failed = [line for line in findings_of(check_writes, stage) if not line.startswith("ok")]

    assert len(failed) == 1
    assert f"Allow {action} on" in failed[0]


def test_a_download_that_the_run_does_not_need_may_be_denied(stage):
    stage.emulator.deny("s3:GetObject", "analysis/tables/*")

    lines = findings_of(check_writes, stage, parquet="s3://analysis/tables/")

    assert all(line.startswith("ok") for line in lines)


def test_a_deletion_is_needed_only_in_the_ledger(stage):
    stage.emulator.deny("s3:DeleteObject", "analysis/*")

    lines = findings_of(check_writes, stage, ledger="s3://analysis/ledger/")

    failed = [line for line in lines if line.startswith("failed")]
    assert [line.split(":")[0] for line in failed] == ["failed write ledger s3"]
    assert sum("_rekmedia_preflight.txt stays there" in line for line in lines) == 4
    assert len(keys(stage)) == 5


@pytest.mark.parametrize(
    ("action", "argument", "folder"),
    [
        ("s3:PutObject", "review", "review"),
        ("s3:GetObject", "review", "review"),
        ("s3:DeleteObject", "review", "review"),
        ("s3:ListBucket", "holds", "out/holds"),
        ("s3:PutObject", "holds", "out/holds"),
    ],
)
def test_what_a_review_needs_is_found(stage, action, argument, folder):
    stage.emulator.deny(action, f"analysis/{folder}/*")

    failed = [
        line
        for line in findings_of(check_writes, stage, review="s3://analysis/review/")
        if not line.startswith("ok")
    ]

    assert len(failed) == 1
    assert failed[0].startswith(f"failed write {argument} s3://analysis/{folder}/: ")


def test_a_key_that_cannot_be_used_is_found(stage):
    stage.emulator.deny("kms:GenerateDataKey", "alias/other")

    lines = findings_of(check_writes, stage, kms_key_id="alias/other")

    assert all("on the key alias/other" in line for line in lines)
    assert len(lines) == 4


def test_buckets_that_cannot_be_used_are_not_called(stage):
    state = state_of(stage)
    state.unusable_buckets.add("analysis")

    assert list(check_writes(state)) == []


@pytest.mark.parametrize(("code", "failures"), [("NoSuchKey", 0), ("PermanentRedirect", 4)])
def test_a_probe_that_another_run_deleted_is_no_failure(stage, monkeypatch, code, failures):
    def read(objects, uri):
        raise ObjectUnreadable(operation="GetObject", code=code, message="gone")

    monkeypatch.setattr("airflow_provider_rekmedia.adapters.s3.objects.S3Objects.read", read)

    assert sum(line.startswith("failed") for line in findings_of(check_writes, stage)) == failures
