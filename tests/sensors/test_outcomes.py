"""The table of outcomes in ``docs/sensors/media_analysis.md``, in all modes."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.airflow_compat import (
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
)
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor

PAGE = Path(__file__).parents[2] / "docs" / "sensors" / "media_analysis.md"
MODES = {"poke": {"mode": "poke"}, "deferrable": {"deferrable": True}}
if version("apache-airflow") >= "3":  # Airflow 2 reads the first poke from its database
    MODES["reschedule"] = {"mode": "reschedule"}
SETTINGS = {"default": {}, "soft_fail": {"soft_fail": True}, "never_fail": {"never_fail": True}}
STATES = {
    "success": None,
    "failed": AirflowFailException,
    "failed, `AirflowSensorTimeout`": AirflowSensorTimeout,
    "skipped": AirflowSkipException,
}


def documented_outcomes():
    """The rows of the page: situation, then the state by setting."""
    table = PAGE.read_text().partition("## Outcomes")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    return {row[0]: dict(zip(SETTINGS, row[1:], strict=True)) for row in rows[1:]}


class WaitingTaskInstance(FakeTaskInstance):
    """A task instance that Airflow reschedules."""

    first = None

    def get_first_reschedule_date(self, _context):
        return self.first


def start(photos):
    return run_task(
        RekognitionStartMediaAnalysisJobOperator(
            task_id="start",
            manifest=photos.put_manifest(photos.put("cat.jpg")),
            output="s3://photos/out/",
            wait_for_completion=False,
        )
    )


def succeed(photos, aws):
    job = start(photos)
    aws.advance(to_end=True)
    return job


def fail(code):
    def situation(photos, aws):
        job = start(photos)
        aws.inject("fail_job", code=code, message="refused", job_id=job["job_id"])
        return job

    return situation


def stay(photos, aws):
    aws.configure(by_hand=True)
    return start(photos)


SITUATIONS = {
    "the job SUCCEEDED": succeed,
    "the job FAILED": fail("ACCESS_DENIED"),
    "the job FAILED, and a new job could succeed": fail("INTERNAL_ERROR"),
    "`timeout` passed": stay,
    "AWS denies a check, or knows no such job": lambda _photos, _aws: "no-such-job",
    "`job` is not a job": lambda _photos, _aws: "two words",
}


def end_of(sensor):
    """Run a sensor to its end, rescheduled or deferred as often as it takes; return its exception."""
    ti = WaitingTaskInstance()
    for _ in range(100):
        try:
            run_task(sensor, ti)
        except Exception as error:  # noqa: BLE001 any exception is an outcome
            # By name: its module is another one in each Airflow.
            if type(error).__name__ != "AirflowRescheduleException":
                return error
            ti.first = ti.first or error.reschedule_date
        else:
            return None
    pytest.fail("the sensor did not end")


def test_the_page_has_every_situation():
    assert documented_outcomes().keys() == SITUATIONS.keys()


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_outcome_is_the_documented_one_in_all_modes(situation, setting, photos, aws):
    job = SITUATIONS[situation](photos, aws)
    expected = STATES[documented_outcomes()[situation][setting]]
    arguments = {"task_id": "sense", "job": job, "poke_interval": 0.1}
    arguments["timeout"] = 0.3 if situation == "`timeout` passed" else 60

    ends = {
        mode: end_of(RekognitionMediaAnalysisJobSensor(**arguments | how | SETTINGS[setting]))
        for mode, how in MODES.items()
    }

    kinds = {mode: end and type(end) for mode, end in ends.items()}
    assert kinds == dict.fromkeys(MODES, expected), ends


@pytest.mark.parametrize("mode", MODES)
def test_a_timeout_names_the_job_and_what_to_do_in_all_modes(mode, photos, aws):
    job = stay(photos, aws)
    sensor = RekognitionMediaAnalysisJobSensor(
        task_id="sense", job=job, poke_interval=0.1, timeout=0.3, **MODES[mode]
    )

    assert re.search(rf"{job['job_id']}.*raise timeout", str(end_of(sensor)))
