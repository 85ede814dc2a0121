"""Waits for a job that another task started."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.sensors.base_aws import AwsBaseSensor
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context, PokeReturnValue, conf
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.tasks.task_errors import poke_timeouts, sensor_errors

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.jobs.job import Job
    from airflow_provider_rekmedia.core.jobs.polling import Pace, Step

__all__ = ["RekognitionMediaAnalysisJobSensor"]


class RekognitionMediaAnalysisJobSensor(AwsBaseSensor[RekognitionHook]):
    """
    Wait until a Rekognition bulk job has SUCCEEDED; fail if it FAILED.

    The sensor pokes, reschedules (``mode``) or defers. All three end in the same way: with the job as XCom,
    with an error that has AWS's failure code, or with ``AirflowSensorTimeout`` after ``timeout``. If AWS
    throttles a poll, or the connection has no credentials, the sensor polls again. If AWS denies a poll, the
    sensor fails at once. With ``soft_fail`` or ``never_fail`` the sensor is skipped instead of failed.

    .. seealso:: ``docs/sensors/media_analysis.md``

    :param job: What an operator returned (``start.output``), or the bare id of a bulk job. A job of the
        per-image engine is already final. (templated)
    :param deferrable: Whether to wait on the triggerer, without a worker.
    :param poke_interval: Seconds between two polls.
    :param timeout: Seconds for the whole wait, from the first poll.
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region of the job. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields("job")
    ui_color = "#f0e6d2"

    def __init__(
        self,
        *,
        job: dict[str, Any] | str,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.deferrable = deferrable

    def execute(self, context: Context) -> Any:
        """Poll the job, and wait in the mode that the arguments say."""
        if not self.deferrable:
            return self._poke_until_done(context)
        from airflow_provider_rekmedia.core.jobs.job import encode_job
        from airflow_provider_rekmedia.core.jobs.polling import Sleep
        from airflow_provider_rekmedia.triggers.media_analysis import RekognitionMediaAnalysisJobTrigger

        with self._errors():
            pace = self._pace()
            step = self._poll(pace)
            if isinstance(step, Sleep):
                RekognitionMediaAnalysisJobTrigger.defer(self, self._job_id, pace)
            return encode_job(step.outcome())

    def _poke_until_done(self, context: Context) -> Any:
        with self._errors(), poke_timeouts(self._job_id, self.timeout):
            return super().execute(context)

    def poke(self, context: Context) -> PokeReturnValue:  # noqa: ARG002 Airflow's signature
        """Poll the job once."""
        from airflow_provider_rekmedia.core.jobs.job import encode_job
        from airflow_provider_rekmedia.core.jobs.polling import Sleep

        with self._errors():
            step = self._poll(self._pace())
            if isinstance(step, Sleep):
                return PokeReturnValue(is_done=False)
            return PokeReturnValue(is_done=True, xcom_value=encode_job(step.outcome()))

    def execute_complete(self, context: Context, event: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002 Airflow's signature
        """Continue after the triggerer has waited for the job."""
        from airflow_provider_rekmedia.core.jobs.event import decode_ending
        from airflow_provider_rekmedia.core.jobs.job import encode_job

        with self._errors():
            return encode_job(decode_ending(event).outcome())

    def _errors(self) -> AbstractContextManager[None]:
        return sensor_errors(self.aws_conn_id, soft=self.soft_fail or self.never_fail)

    @property
    def _job_id(self) -> str:
        from airflow_provider_rekmedia.core.jobs.job import Job

        reference = self._reference()
        return reference.job_id if isinstance(reference, Job) else reference

    def _reference(self) -> "Job | str":
        from airflow_provider_rekmedia.core.jobs.job_reference import parse_job_reference

        return parse_job_reference(self.job)

    def _pace(self) -> "Pace":
        from airflow_provider_rekmedia.core.jobs.polling import Pace

        return Pace(float(self.poke_interval), datetime.now(UTC) + timedelta(seconds=self.timeout))

    def _poll(self, pace: "Pace") -> "Step":
        from airflow_provider_rekmedia.services.jobs.status_log import StatusLog
        from airflow_provider_rekmedia.services.wait_for_jobs import poll_job
        from airflow_provider_rekmedia.tasks.fresh_client import with_fresh_client

        fetch = with_fresh_client(self, self._fetch)
        return poll_job(self._job_id, pace, fetch, on_poll=StatusLog(self.log))

    def _fetch(self, _job_id: str) -> "Job":
        from airflow_provider_rekmedia.services.jobs.fetch_jobs import refresh_job

        return refresh_job(self._reference(), self.hook.jobs)
