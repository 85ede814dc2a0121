import pytest
from services.preflight.preflight_stage import findings_of, state_of

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.core.errors import UnreadableLedger
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.preflight.check_ledger import check_ledger

URI = "s3://analysis/ledger/"


def test_the_files_of_a_ledger_are_counted(stage):
    assert findings_of(check_ledger, stage, ledger=URI) == [f"ok ledger {URI}: is empty: every image is new"]

    Ledger(stage.objects, S3Uri("analysis", "ledger/")).commit("job", [])

    assert findings_of(check_ledger, stage, ledger=URI) == [f"ok ledger {URI}: can be read: 1 file"]


def test_a_damaged_file_is_an_error(stage):
    stage.s3.put_object(Bucket="analysis", Key="ledger/entries/a.jsonl.gz", Body=b"no gzip")

    with pytest.raises(UnreadableLedger):
        findings_of(check_ledger, stage, ledger=URI)


def test_no_ledger_and_no_bucket_are_not_checked(stage):
    assert findings_of(check_ledger, stage) == []
    state = state_of(stage, ledger=URI)
    state.unusable_buckets.add("analysis")
    assert list(check_ledger(state)) == []
