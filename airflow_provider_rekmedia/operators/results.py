"""Reads the results of finished jobs into counts that a Dag can branch on."""

from collections.abc import Sequence
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields
from airflow.providers.common.compat.sdk import Context

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.ledger_commit import LedgerCommit
from airflow_provider_rekmedia.adapters.result_files import iter_outcomes
from airflow_provider_rekmedia.core.arguments import parse_whole_number
from airflow_provider_rekmedia.core.job import Job
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix
from airflow_provider_rekmedia.core.tally import Tally
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.hooks.task_errors import task_errors

__all__ = ["RekognitionMediaAnalysisResultsOperator"]

_MOST_XCOM_ITEMS = 10_000


class RekognitionMediaAnalysisResultsOperator(AwsBaseOperator[RekognitionHook]):
    """
    Read the results and the summaries of finished jobs, streamed, into counts and short lists.

    A job that SUCCEEDED may still have images that failed, or that neither file mentions: both are counted,
    and told in the log. Memory does not grow with the number of images.

    .. seealso:: ``docs/operators/results.md``

    :param job: One job, or several (``start.output`` of mapped tasks): what operators returned, or job ids.
        A job that was not final when it was handed on is looked at again. (templated)
    :param ledger: Prefix of the ledger that the manifests were made with, ``s3://bucket/prefix/``: what
        became of each image is committed to it. (templated)
    :param max_xcom_items: How many flagged images, and how many errors, to push with their details, 0 to
        10,000; the rest is counted under ``left_out``. (templated)
    :param aws_conn_id: Airflow connection, as the Amazon provider takes it. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as boto3 takes it. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: ``job_ids``, ``counts`` (``images``, ``analyzed``, ``flagged``, ``failed``, ``unaccounted``),
        ``left_out``, ``results_uris``, ``summary_uris``, ``model_versions``. The XComs ``flagged`` (worst
        first), ``errors`` and ``label_counts`` hold the rest; ``counts`` is pushed by its own name, too, for
        ``results.output["counts"]``.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields("job", "ledger", "max_xcom_items")
    ui_color = "#e2f0d9"

    def __init__(
        self,
        *,
        job: dict[str, Any] | str | Sequence[dict[str, Any] | str],
        ledger: str | None = None,
        max_xcom_items: int | str = 100,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.ledger = ledger
        self.max_xcom_items = max_xcom_items

    def execute(self, context: Context) -> dict[str, Any]:
        """Read every job's files once, push the lists, return the counts."""
        with task_errors():
            tally = Tally(
                parse_whole_number("max_xcom_items", self.max_xcom_items, low=0, high=_MOST_XCOM_ITEMS)
            )
            jobs = [job.raise_if_failed() for job in self.hook.iter_jobs(self.job)]
            for job in jobs:
                commit = self._commit_of(job)
                for outcomes in iter_outcomes(job, self.hook.objects):
                    tally.add(outcomes)
                    if commit:
                        commit.add(outcomes)
                if commit:
                    commit.write()
        self._tell(tally)
        for key in ("counts", "flagged", "errors", "label_counts"):
            context["ti"].xcom_push(key=key, value=getattr(tally, key))
        return {
            "job_ids": [job.job_id for job in jobs],
            "counts": tally.counts,
            "left_out": tally.left_out,
            "results_uris": [job.results_uri for job in jobs],
            "summary_uris": [job.summary_uri for job in jobs],
            "model_versions": sorted({job.model_version for job in jobs if job.model_version}),
        }

    def _commit_of(self, job: Job) -> LedgerCommit | None:
        if not self.ledger:
            return None
        ledger = Ledger(self.hook.objects, parse_s3_prefix(self.ledger))
        return LedgerCommit(job, ledger, self.hook.objects)

    def _tell(self, tally: Tally) -> None:
        counts = tally.counts
        self.log.info("Images: %s", ", ".join(f"{counts[name]} {name}" for name in counts))
        self.log.info(
            "Labels: %s", ", ".join(f"{n} {name}" for name, n in tally.label_counts.items()) or "none"
        )
        for error in tally.errors[:10]:
            self.log.warning("Not analyzed: %s (%s: %s)", error["uri"], error["code"], error["message"])
        if counts["unaccounted"]:
            self.log.warning(
                "%d images have neither a result nor an error in the job's files", counts["unaccounted"]
            )
