"""Checks that the region has Rekognition, and that every bucket is in it."""

from collections.abc import Iterator

from airflow_provider_rekmedia.adapters.regions import other_regions
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, RekmediaError
from airflow_provider_rekmedia.core.images.source import Images, Inventories, ListFiles, Prefixes, Source
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.services.jobs.request_checks import check_region as check_bucket

from .state import PreflightState

__all__ = ["check_region"]


def check_region(state: PreflightState) -> Iterator[Finding]:
    """Check the region of the connection, then the region of each bucket."""
    yield _check_service(state)
    for bucket, subject in _iter_buckets(state):
        try:
            check_bucket(state.clients.objects, bucket, state.clients.region)
        except ObjectUnreadable:
            state.unusable_buckets.add(bucket)
            text = "There is no such bucket. Correct the name, or create it in the region of the connection."
            yield Finding(check="bucket", subject=subject, outcome=Outcome.FAILED, text=text)
        except RekmediaError as error:
            state.unusable_buckets.add(bucket)
            yield Finding.of_error("bucket", subject, error)
        else:
            yield Finding(check="bucket", subject=subject, outcome=Outcome.OK, text="exists")


def _check_service(state: PreflightState) -> Finding:
    region = state.clients.region
    known = other_regions(state.clients.unretried_client(1))
    if not known:
        return Finding(check="region", subject=region, outcome=Outcome.OK, text="has Rekognition")
    text = (
        f"boto3 knows no Rekognition there. Set region_name to one of {', '.join(known)}. If AWS opened the "
        "region since, upgrade boto3."
    )
    return Finding(check="region", subject=region, outcome=Outcome.FAILED, text=text)


def _iter_buckets(state: PreflightState) -> Iterator[tuple[str, str]]:
    """Yield each bucket once, with the arguments that name it."""
    arguments: dict[str, list[str]] = {}
    for bucket in _source_buckets(state.plan.source):
        arguments.setdefault(bucket, []).append("source")
    for write in state.plan.writes:
        arguments.setdefault(write.prefix.bucket, []).append(write.argument)
    for bucket, names in arguments.items():
        yield bucket, f"{bucket} ({', '.join(dict.fromkeys(names))})"


def _source_buckets(source: Source | None) -> list[str]:
    match source:
        case None:
            return []
        case Prefixes(uris) | Images(uris) | ListFiles(uris) | Inventories(uris):
            return list(dict.fromkeys(uri.bucket for uri in uris))
