"""Reports of made-up runs, counted as a service counts them."""

from datetime import UTC, datetime, timedelta

from airflow_provider_rekmedia.core.report.build_report import build_report
from airflow_provider_rekmedia.core.report.report_file import Provenance
from airflow_provider_rekmedia.core.report.report_tally import ReportTally
from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.taxonomy import PARENT_OF
from airflow_provider_rekmedia.core.verdicts.policy_digest import policy_digest
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.tally import Tally

POLICY = parse_policy(
    {
        "name": "nightly",
        "labels": {"Explicit": {"block": 80, "review": 55}, "Alcohol": {"review": 70.5}, "Gambling": "block"},
    }
)
FIRST = datetime(2026, 11, 1, tzinfo=UTC)


def image(**confidences):
    """An image with these labels; underscores stand for spaces."""
    labels = [
        ModerationLabel(name, value, PARENT_OF.get(name, ""))
        for name, value in ((name.replace("_", " "), value) for name, value in confidences.items())
    ]
    return ImageResult("s3://photos/1.jpg", Detection(tuple(labels), "7.0"))


def provenance(night=0, policy=POLICY, **changes):
    """The source of a nightly run."""
    at = FIRST + timedelta(days=night)
    members = {
        "dag_id": "moderate",
        "task_id": "results",
        "run_id": f"scheduled__{at:%Y-%m-%d}",
        "data_interval_start": at - timedelta(days=1),
        "data_interval_end": at,
        "created_at": at + timedelta(minutes=40),
        "jobs": ("a" * 64,),
        "model_versions": ("7.0",),
        "package_version": "0.1.0",
        "policy_name": policy.name,
        "policy_digest": policy_digest(policy),
        "not_analyzed": policy.not_analyzed,
    }
    return Provenance(**(members | changes))


def report_of(results=(), failures=(), *, night=0, reports=(), policy=POLICY, **changes):
    """Count images and build their report."""
    outcomes, counted, tally = (
        Outcomes(results, failures),
        Tally(100, 100_000, policy.not_analyzed_verdict),
        ReportTally(policy),
    )
    counted.add(outcomes, tally.judge(outcomes))
    return build_report(
        counts=counted.counts,
        tally=tally,
        label_counts=counted.counted_labels,
        other_labels=counted.other_labels,
        billed=counted.counts.analyzed,
        provenance=provenance(night, policy, **changes),
        reports=reports,
    )


def night_of(block, review, allow):
    """Images of one night by verdict."""
    return [*[image(Explicit=90)] * block, *[image(Alcohol=80)] * review, *[image()] * allow]
