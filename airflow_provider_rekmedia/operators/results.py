"""Reads the results of finished jobs into verdicts, counts and tables."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.adapters.images.manifest_set import read_manifests
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.results.job_results import (
    MOST_MODEL_VERSIONS,
    Carried,
    Destinations,
    carry,
)
from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
from airflow_provider_rekmedia.adapters.results.table_places import TablePlaces
from airflow_provider_rekmedia.adapters.results.tables import TableFile
from airflow_provider_rekmedia.airflow_compat import Context
from airflow_provider_rekmedia.core.arguments import parse_whole_number
from airflow_provider_rekmedia.core.errors import FilesMissing
from airflow_provider_rekmedia.core.jobs.job import Job, JobStatus
from airflow_provider_rekmedia.core.jobs.job_reference import distinct_jobs
from airflow_provider_rekmedia.core.results.expected_jobs import parse_index, without_job
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix
from airflow_provider_rekmedia.core.source_errors import JobsMissing
from airflow_provider_rekmedia.core.untrusted_text import show_text, without_nul
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.core.verdicts.tally import Tally
from airflow_provider_rekmedia.core.verdicts.tolerance import check_tolerance, parse_tolerance
from airflow_provider_rekmedia.hooks.asset_events import tell_assets
from airflow_provider_rekmedia.hooks.lineage import lineage_of
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.hooks.task_errors import skip_task, task_errors

__all__ = ["RekognitionMediaAnalysisResultsOperator"]

_MOST_XCOM_ITEMS = 10_000
_MOST_XCOM_BYTES = 1_000_000
_LABELS_IN_LOG = 20


class RekognitionMediaAnalysisResultsOperator(AwsBaseOperator[RekognitionHook]):
    """
    Judge every image of finished jobs by a policy, in one pass; count, list the worst, and write tables.

    A job that SUCCEEDED may still have images that failed, or that neither file mentions: both are counted,
    and told in the log. Memory does not grow with the number of images.

    .. seealso:: ``docs/operators/results.md``

    :param job: One job, or several (``start.output`` of mapped tasks): what operators returned, job ids, or
        ``s3://`` uris of results files, to judge them again. A job that was not final when it was handed
        on is looked at again; one that is given twice counts once. (templated)
    :param policy: Rules from label and confidence to a verdict: a dict, the path of a YAML file on the
        worker, or its ``s3://`` uri; ``None`` reviews every image with a label. (templated)
    :param index: The XCom ``index`` of the task that wrote the manifests, for a task with
        ``trigger_rule="all_done"``: a manifest without a job that succeeded fails this task, after what the
        others found is written; without any manifest it is skipped. ``""`` expects the given jobs only.
        (templated)
    :param parquet: Prefix to write the tables ``images`` and ``labels`` under, ``s3://bucket/prefix/``; needs
        the extra ``parquet``. ``None`` writes none. (templated)
    :param ledger: Prefix of the ledger that the manifests were made with, ``s3://bucket/prefix/``: what
        became of each image is committed to it, but not of results given by their uri. (templated)
    :param max_failed: Fail the task, after all is written, when more images failed or are unaccounted for: a
        number of images, or a share (``"2%"``, or between 0 and 1); ``None`` tolerates any. (templated)
    :param max_xcom_items: How many flagged images, and how many errors, to push with their details, 0 to
        10,000; the rest is counted under ``left_out``. (templated)
    :param max_xcom_bytes: How large each of these two lists, and the counts by label, may be as JSON, 1,000
        to 1,000,000 bytes. (templated)
    :param aws_conn_id: Airflow connection, as the Amazon provider takes it. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as boto3 takes it. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: ``job_ids``, ``counts`` (``images``, ``analyzed``, ``flagged``, ``allow``, ``review``, ``block``,
        ``failed``, ``unaccounted``), ``left_out``, ``results_uris``, ``summary_uris``, ``table_uris``,
        ``model_versions``, ``policy``. The XComs ``flagged`` (worst first), ``errors`` and
        ``label_counts`` hold the rest; ``counts`` is pushed by its own name, too, for
        ``results.output["counts"]``.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "job", "policy", "index", "parquet", "ledger", "max_failed", "max_xcom_items", "max_xcom_bytes"
    )
    #: What the last execution read and wrote.
    _lineage: tuple[list[str], list[TableFile]] | None
    ui_color = "#e2f0d9"

    def __init__(
        self,
        *,
        job: dict[str, Any] | str | Sequence[dict[str, Any] | str] | None,
        policy: Mapping[str, Any] | str | None = None,
        index: Mapping[str, Any] | str | None = "",
        parquet: str | None = None,
        ledger: str | None = None,
        max_failed: float | str | None = None,
        max_xcom_items: int | str = 100,
        max_xcom_bytes: int | str = 40_000,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.policy = policy
        self.index = index
        self.parquet = parquet
        self.ledger = ledger
        self.max_failed = max_failed
        self.max_xcom_items = max_xcom_items
        self.max_xcom_bytes = max_xcom_bytes
        self._lineage = None

    def execute(self, context: Context) -> dict[str, Any]:
        """Read every job's files once, write, push the lists, return the counts; then say what is missing."""
        with task_errors():
            to = self._destinations()
            expected = self._expected()
            if expected == {}:
                skip_task("No manifest was written, so there is no job to read")
            jobs, others = self._jobs(is_expected=expected is not None)
            carried = carry(jobs, self.hook.objects, to)
            missing = without_job(expected or {}, jobs)
            to.tally.add(Outcomes(failures=missing), [])
            self._tell(to.tally)
            told: dict[str, Any] = without_nul(self._summary(jobs, carried, to))
            self._push(context, to.tally, told)
            self._lineage = (
                _uris(jobs, "manifest_uri", "results_uri", "summary_uri"),
                [file for each in carried for file in each.tables],
            )
            _refuse_unfinished(others)
            if missing:
                images = sum(each.lines for each in missing)
                raise JobsMissing(missing=len(missing), manifests=len(expected or {}), images=images)
            check_tolerance(to.tally.counts, self.max_failed)
        return told

    def _push(self, context: Context, tally: Tally, told: Mapping[str, Any]) -> None:
        for key in ("counts", "flagged", "errors", "label_counts"):
            context["ti"].xcom_push(key=key, value=without_nul(getattr(tally, key)))
        # Pushed, too: a task that fails after it returns nothing.
        context["ti"].xcom_push(key="summary", value=told)
        tell_assets(context, self.outlets, told)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002 OpenLineage's signature
        """Tell OpenLineage what was read and what was written."""
        read, written = self._lineage or ((), ())
        return lineage_of(read, (), written)

    def _destinations(self) -> Destinations:
        items = parse_whole_number("max_xcom_items", self.max_xcom_items, low=0, high=_MOST_XCOM_ITEMS)
        most = parse_whole_number("max_xcom_bytes", self.max_xcom_bytes, low=1_000, high=_MOST_XCOM_BYTES)
        parse_tolerance(self.max_failed, 0)
        objects = self.hook.objects
        return Destinations(
            tally=Tally(items, most),
            policy=ANY_LABEL if self.policy is None else load_policy(self.policy, objects),
            tables=TablePlaces(prefix, objects) if (prefix := _prefix(self.parquet)) else None,
            ledger=Ledger(objects, prefix) if (prefix := _prefix(self.ledger)) else None,
        )

    def _expected(self) -> dict[str, int] | None:
        if self.index == "":  # not None, which an XCom is that is not there
            return None
        index = parse_index(self.index)
        return read_manifests(self.hook.objects, index) if index else {}

    def _jobs(self, *, is_expected: bool) -> tuple[list[Job], list[Job]]:
        """Look at the jobs: those that SUCCEEDED, and the others."""
        # Where no task ended well, there is no XCom.
        given = list(self.hook.iter_jobs([] if self.job is None and is_expected else self.job))
        jobs = distinct_jobs(given)
        if twice := len(given) - len(jobs):
            self.log.warning("%d of %d jobs were given twice and count once", twice, len(given))
        done = [job for job in jobs if job.status is JobStatus.SUCCEEDED]
        return done, [job for job in jobs if job.status is not JobStatus.SUCCEEDED]

    def _summary(self, jobs: Sequence[Job], carried: Sequence[Carried], to: Destinations) -> dict[str, Any]:
        versions = sorted({version for each in carried for version in each.model_versions})
        return {
            "job_ids": [job.job_id for job in jobs],
            "counts": to.tally.counts,
            "left_out": to.tally.left_out,
            "results_uris": [job.results_uri for job in jobs],
            "summary_uris": [job.summary_uri for job in jobs],
            "table_uris": [file.uri for each in carried for file in each.tables],
            "model_versions": versions[:MOST_MODEL_VERSIONS],
            "policy": to.policy.name or None,
        }

    def _tell(self, tally: Tally) -> None:
        counts = tally.counts
        self.log.info("Images: %s", ", ".join(f"{counts[name]} {name}" for name in counts))
        labels = [f"{n} {show_text(name)}" for name, n in islice(tally.label_counts.items(), _LABELS_IN_LOG)]
        if more := len(tally.label_counts) - len(labels):
            labels.append(f"{more} more")
        self.log.info("Labels: %s", ", ".join(labels) or "none")
        for error in tally.errors[:10]:
            shown = (show_text(error[name]) for name in ("uri", "code", "message"))
            self.log.warning("Not analyzed: %s (%s: %s)", *shown)
        if counts["unaccounted"]:
            self.log.warning(
                "%d images have neither a result nor an error in the job's files", counts["unaccounted"]
            )


def _refuse_unfinished(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.raise_if_failed()
        raise FilesMissing(job_id=job.job_id, status=job.status)


def _prefix(uri: str | None) -> S3Uri | None:
    return parse_s3_prefix(uri) if uri else None


def _uris(jobs: Sequence[Job], *names: str) -> list[str]:
    return [uri for job in jobs for name in names if (uri := getattr(job, name))]
