"""How a task hands its wait to the triggerer; the operator and the sensor do it alike."""

from datetime import timedelta
from typing import Any, Final, NoReturn, Protocol

from airflow_provider_rekmedia.core.jobs.polling import Pace
from airflow_provider_rekmedia.services.wait_for_jobs import utc_now
from airflow_provider_rekmedia.triggers.media_analysis import RekognitionMediaAnalysisJobTrigger
from airflow_provider_rekmedia.triggers.submission import RekognitionSubmissionRetryTrigger

from . import scheduler_race

__all__ = ["DeferrableTask", "defer_submission", "defer_until_final"]

#: Airflow's own limit on a deferral, past the trigger's deadline; it acts only if no triggerer runs.
_TRIGGERER_GRACE: Final = timedelta(minutes=10)


class DeferrableTask(Protocol):
    """What a task must have to be deferred: its connection, and Airflow's ``defer``."""

    aws_conn_id: str | None
    region_name: str | None
    verify: bool | str | None
    botocore_config: dict[str, Any] | None

    def defer(self, *, trigger: Any, method_name: str, timeout: timedelta) -> NoReturn:
        """Leave the worker; Airflow calls *method_name* when the trigger has fired."""


def defer_until_final(task: DeferrableTask, job_id: str, pace: Pace) -> NoReturn:
    """Leave the worker until the job is final or the deadline has passed; ``execute_complete`` goes on."""
    task.defer(
        trigger=RekognitionMediaAnalysisJobTrigger(
            job_id=job_id,
            deadline=pace.deadline_at.isoformat(),
            poll_interval=pace.interval_s,
            aws_conn_id=task.aws_conn_id,
            region_name=task.region_name,
            verify=task.verify,
            botocore_config=task.botocore_config,
        ),
        method_name="execute_complete",
        timeout=pace.deadline_at - utc_now() + _TRIGGERER_GRACE,
    )


def defer_submission(task: DeferrableTask, pause_s: float, pace: Pace) -> NoReturn:
    """Leave the worker until AWS may be asked for a job slot again; ``submit_again`` goes on."""
    pause = timedelta(seconds=max(pause_s, scheduler_race.LEAST_DEFERRAL_S))
    task.defer(
        trigger=RekognitionSubmissionRetryTrigger(
            moment=(utc_now() + pause).isoformat(), deadline=pace.deadline_at.isoformat()
        ),
        method_name="submit_again",
        timeout=pause + _TRIGGERER_GRACE,
    )
