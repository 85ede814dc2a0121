"""Waits for a job that another task started."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.amazon.aws.sensors.base_aws import AwsBaseSensor
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.adapters.jobs.look_log import LookLog
from airflow_provider_rekmedia.adapters.jobs.waiting import step_now, utc_now
from airflow_provider_rekmedia.airflow_compat import Context, PokeReturnValue, conf
from airflow_provider_rekmedia.core.jobs.event import decode_ending
from airflow_provider_rekmedia.core.jobs.job import Job, encode_job
from airflow_provider_rekmedia.core.jobs.job_reference import parse_job_reference
from airflow_provider_rekmedia.core.jobs.polling import Ending, Pace, Sleep
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.hooks.task_errors import sensor_errors
from airflow_provider_rekmedia.triggers.deferral import defer_until_final

__all__ = ["RekognitionMediaAnalysisJobSensor"]


class RekognitionMediaAnalysisJobSensor(AwsBaseSensor[RekognitionHook]):
    """
    Wait until a Rekognition bulk job has SUCCEEDED; fail when it FAILED.

    It pokes, reschedules (``mode``) or defers, and answers the same in all three: the job as its XCom, an
    error with AWS's failure code, and ``AirflowSensorTimeout`` when ``timeout`` has passed. A look that AWS
    throttled is not an error; one that it denied is, at once.

    .. seealso:: ``docs/sensors/media_analysis.md``

    :param job: What an operator returned (``start.output``), or a bare id of a bulk job; a job of the
        per-image engine is done already. (templated)
    :param deferrable: Whether to wait on the triggerer, holding no worker.
    :param poke_interval: Seconds between two looks.
    :param timeout: Seconds for the whole wait, from the first look.
    :param aws_conn_id: Airflow connection, as the Amazon provider takes it. (templated)
    :param region_name: AWS region of the job. (templated)
    :param verify: TLS verification, as boto3 takes it. (templated)
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
        """Look, and go on looking in the mode that the arguments say."""
        if not self.deferrable:
            return super().execute(context)
        with sensor_errors(soft=self.soft_fail or self.never_fail):
            pace = self._pace()
            step = self._step(pace)
            if isinstance(step, Sleep):
                defer_until_final(self, self._job_id, pace)
            return encode_job(step.outcome())

    def poke(self, context: Context) -> PokeReturnValue:  # noqa: ARG002 Airflow's signature
        """Look once."""
        with sensor_errors():
            step = self._step(self._pace())
            if isinstance(step, Sleep):
                return PokeReturnValue(is_done=False)
            return PokeReturnValue(is_done=True, xcom_value=encode_job(step.outcome()))

    def execute_complete(self, context: Context, event: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002 Airflow's signature
        """Go on after the triggerer has waited for the job."""
        with sensor_errors():
            return encode_job(decode_ending(event).outcome())

    @property
    def _job_id(self) -> str:
        reference = parse_job_reference(self.job)
        return reference.job_id if isinstance(reference, Job) else reference

    def _pace(self) -> Pace:
        return Pace(float(self.poke_interval), utc_now() + timedelta(seconds=self.timeout))

    def _step(self, pace: Pace) -> Sleep | Ending:
        return step_now(self._job_id, pace, self._fetch, on_look=LookLog(self.log))

    def _fetch(self, _job_id: str) -> Job:
        return self.hook.look_again(parse_job_reference(self.job))
