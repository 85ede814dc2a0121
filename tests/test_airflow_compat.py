"""The names are those that the installed Airflow itself uses, and nothing else may import them."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from airflow.triggers.base import BaseTrigger

from airflow_provider_rekmedia.airflow_compat import (
    DAG,
    AirflowSensorTimeout,
    PokeReturnValue,
    Stats,
    TaskDeferred,
    XComArg,
    conf,
    task,
)
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor

ROOT = Path(__file__).parents[1]
RUFF = Path(sys.executable).parent / "ruff"


class Trigger(BaseTrigger):
    def serialize(self):
        return "none", {}

    def run(self):
        raise NotImplementedError


def test_operator_defers_with_the_imported_exception():
    operator = RekognitionStartMediaAnalysisJobOperator(
        task_id="start", manifest="s3://a/b", output="s3://a/c/"
    )

    with pytest.raises(TaskDeferred):
        operator.defer(trigger=Trigger(), method_name="execute")


def test_sensor_times_out_with_the_imported_exception():
    class NeverDone(RekognitionMediaAnalysisJobSensor):
        def poke(self, context):
            return PokeReturnValue(is_done=False)

    sensor = NeverDone(task_id="wait", job="abc", timeout=0, poke_interval=0.01)

    with pytest.raises(AirflowSensorTimeout):
        sensor.execute({})


def test_tasks_of_a_dag_give_the_imported_xcom_argument():
    with DAG("names", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):

        @task
        def one():
            return 1

        assert isinstance(one(), XComArg)


def test_configuration_reads_the_environment(monkeypatch):
    monkeypatch.setenv("AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE", "True")

    assert conf.getboolean("operators", "default_deferrable")


def test_metrics_can_be_counted():
    Stats.incr("rekmedia.test", 1)


@pytest.mark.skipif(not RUFF.exists(), reason="the linters are installed beside Airflow 3 only")
@pytest.mark.parametrize(
    "line",
    [
        "from airflow.sdk import Context",
        "from airflow.sdk.exceptions import AirflowException",
        "from airflow.exceptions import AirflowException",
        "from airflow.providers.common.compat.sdk import conf",
        "from airflow.utils.context import Context",
    ],
)
def test_ruff_refuses_the_import_elsewhere(line):
    checked = subprocess.run(
        [
            str(RUFF),
            "check",
            "--select",
            "TID251",
            "--stdin-filename",
            "airflow_provider_rekmedia/hooks/new.py",
            "-",
        ],
        input=f"{line}\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 1
    assert "TID251" in checked.stdout
