import sys

import pytest
from services.preflight.preflight_stage import findings_of

from airflow_provider_rekmedia.core.errors import ExtraMissing
from airflow_provider_rekmedia.services.preflight.check_extras import check_extras


@pytest.mark.parametrize("run", [{"parquet": "s3://analysis/t/"}, {"source": "s3://photos/list.parquet"}])
def test_pyarrow_must_be_installed_for_tables_and_lists_in_parquet(stage, monkeypatch, run):
    assert findings_of(check_extras, stage, **run) == ["ok extras: parquet is installed on this worker"]

    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ExtraMissing):
        findings_of(check_extras, stage, **run)


def test_a_run_without_tables_needs_no_extra(stage, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    assert findings_of(check_extras, stage) == []
