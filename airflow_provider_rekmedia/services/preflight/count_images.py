"""Counts the images of a run as the manifest task does, and writes nothing."""

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.core.arguments import parse_optional
from airflow_provider_rekmedia.core.preflight.finding import raise_failures
from airflow_provider_rekmedia.core.preflight.planned_run import plan_run
from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix
from airflow_provider_rekmedia.services.create_manifests import (
    CreatedManifests,
    ManifestRequest,
    OnEmpty,
    create_manifests,
)

__all__ = ["count_images"]


def count_images(arguments: RunArguments, clients: AwsClients) -> CreatedManifests:
    """
    List the source, apply the filter and the ledger, and estimate cost and time.

    :raises PreflightFailed: An argument cannot be used. The figures without it would be of another run.
    :raises InvalidInput: The source cannot be used.
    :raises ServiceError: S3 refused.
    """
    plan, findings = plan_run(arguments)
    raise_failures(findings)
    return create_manifests(
        ManifestRequest(
            target=parse_s3_prefix(arguments.manifest["manifest_prefix"]),
            fingerprint="",
            source=parse_optional(arguments.manifest.get("source")),
            failures_of=None,
            extensions=arguments.manifest.get("extensions"),
            filter=plan.image_filter,
            ledger=plan.ledger,
            scan="",
            max_attempts=3,
            max_images=plan.max_images,
            max_total_images=None,
            max_cost_usd=None,
            is_dry_run=True,
            on_empty=OnEmpty.SKIP,
        ),
        clients,
    )
