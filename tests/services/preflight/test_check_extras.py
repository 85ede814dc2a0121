import sys

import pytest
from services.preflight.preflight_stage import findings_of

from airflow_provider_rekmedia.core.preflight.planned_run import plan_run
from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments
from airflow_provider_rekmedia.services.preflight.check_extras import check_extras
from airflow_provider_rekmedia.services.preflight.state import PreflightState


@pytest.mark.parametrize("run", [{"parquet": "s3://analysis/t/"}, {"source": "s3://photos/list.parquet"}])
def test_pyarrow_must_be_installed_for_tables_and_lists_in_parquet(stage, monkeypatch, run):
    assert findings_of(check_extras, stage, **run) == ["ok extras: parquet is installed on this worker"]

    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (line,) = findings_of(check_extras, stage, **run)
    assert line.startswith("failed extras")
    assert "airflow-provider-rekmedia[parquet]" in line


def test_a_run_without_tables_needs_no_extra(stage, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    assert findings_of(check_extras, stage) == []


def test_previews_need_pillow(stage, monkeypatch):
    review = {"review": "s3://analysis/review/"}
    assert findings_of(check_extras, stage, **review) == ["ok extras: review is installed on this worker"]

    monkeypatch.setitem(sys.modules, "PIL", None)
    assert findings_of(check_extras, stage, **review, previews=False) == []
    (line,) = findings_of(check_extras, stage, **review)
    assert line.startswith("failed extras")
    assert "airflow-provider-rekmedia[review]" in line


def test_the_parquet_table_of_a_review_needs_pyarrow(stage, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    review = {"finish": {"parquet": "s3://analysis/t/"}, "previews": False}
    plan, _ = plan_run(RunArguments(engine="bulk", review=review))

    (finding,) = check_extras(PreflightState(plan=plan, clients=stage))

    assert "airflow-provider-rekmedia[parquet]" in finding.text


def test_every_missing_extra_is_found(stage, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    lines = findings_of(check_extras, stage, review="s3://analysis/review/", parquet="s3://analysis/t/")

    assert [line.partition(" ")[0] for line in lines] == ["failed", "failed"]
