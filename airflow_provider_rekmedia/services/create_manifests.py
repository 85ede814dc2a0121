"""Creates the manifests of a run: lists a source, selects its images, and writes them in shards."""

import logging
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.images.manifest_set import ManifestSet
from airflow_provider_rekmedia.adapters.images.newest_index import NewestIndex
from airflow_provider_rekmedia.adapters.images.sources import iter_failed, iter_found
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.core.errors import InvalidArgument, NoImages, OverBudget
from airflow_provider_rekmedia.core.errors.service import naming_argument
from airflow_provider_rekmedia.core.images.accepted_extensions import parse_extensions
from airflow_provider_rekmedia.core.images.empty_source import check_window, problem_of_source
from airflow_provider_rekmedia.core.images.estimate import Estimate, estimate
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
from airflow_provider_rekmedia.core.images.manifest_index import ManifestIndex
from airflow_provider_rekmedia.core.images.source import Images, ListFiles, Prefixes, Source, parse_source
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .images.select_images import ImageSelection, select_images
from .jobs.fetch_jobs import iter_jobs

__all__ = ["CreatedManifests", "ManifestRequest", "OnEmpty", "create_manifests"]

_LOG = logging.getLogger(__name__)


class OnEmpty(StrEnum):
    """
    What happens if no image is selected.

    ``EMPTY`` fails if the arguments cannot be right: see :func:`problem_of_source` and :func:`check_window`.
    """

    EMPTY = "empty"
    SKIP = "skip"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRequest:
    """
    What a task asks for.

    :param target: The common key of the task's sets, without a slash at its end.
    :param fingerprint: The task's arguments as text. A set of an earlier try with the same text is reused.
    :param source: Untrusted, see :func:`core.images.source.parse_source`; ``None`` if *failures_of* is given.
    :param failures_of: Jobs whose failed images are selected, see :func:`iter_jobs`; ``None`` if *source* is
        given.
    :param extensions: Untrusted, see :func:`parse_extensions`. It replaces the extensions of *filter*.
    :param ledger: Prefix of the ledger; ``None`` reads no ledger.
    :param scan: See :class:`core.images.ledger.LedgerEntry`.
    :param max_attempts: See :func:`core.images.ledger.attempts_or_skip_reason`.
    :param max_images: Most images per manifest, 1 to 10,000.
    :param max_total_images: Most images of the run; ``None`` is no limit.
    :param max_cost_usd: Highest estimated price; ``None`` is no limit.
    :param is_dry_run: Whether to write nothing.
    """

    target: S3Uri
    fingerprint: str
    source: Any
    failures_of: Any
    extensions: Any
    filter: ImageFilter
    ledger: S3Uri | None
    scan: str
    max_attempts: int
    max_images: int
    max_total_images: int | None
    max_cost_usd: float | None
    is_dry_run: bool
    on_empty: OnEmpty


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedManifests:
    """
    What a run created.

    :param uris: The manifests, in order; empty after a dry run.
    :param skipped: How many images were skipped, by reason.
    :param index_uri: ``None`` after a dry run.
    :param skip_file: Uri of the file that lists skipped images; ``None`` if it was not written.
    """

    uris: list[str]
    images: int
    skipped: Mapping[str, int]
    estimate: Estimate
    index_uri: str | None = None
    skip_file: str | None = None


def create_manifests(request: ManifestRequest, clients: AwsClients) -> CreatedManifests:
    """
    Write the manifests of a run, or return those that an earlier try wrote.

    :raises InvalidInput: The source or the jobs cannot be used.
    :raises NoImages: No image is selected, and the source cannot be right, or *request* says that this is an
        error. Nothing was written.
    :raises OverBudget: There are more images, or they cost more, than allowed. Nothing was written.
    :raises ServiceError: AWS refused.
    :raises UnexpectedAnswer: The index, the ledger or a result file is damaged.
    """
    source = _parse_source(request)
    image_filter = _filter_for(request, source)
    found = _iter_source(request, source, clients)
    newest = NewestIndex(clients.objects, request.target)
    if not request.is_dry_run:
        index = newest.read()
        if index is not None and index.request == request.fingerprint:
            found.close()
            _LOG.info("The manifests of this run are written already: %s", index.uri)
            return _created(index)
    ledger = None if request.ledger is None else Ledger(clients.objects, request.ledger)
    selection = ImageSelection(
        filter=image_filter,
        ledger=ledger,
        scan=request.scan,
        max_attempts=request.max_attempts,
        is_listing=isinstance(source, Prefixes),
        is_retried=source is None,
    )
    created = _select_and_write(request, source, selection, found, newest, clients)
    if ledger is not None and not request.is_dry_run:
        ledger.compact()
    return created


def _select_and_write(
    request: ManifestRequest,
    source: Source | None,
    selection: ImageSelection,
    found: Generator[FoundImage, None, None],
    newest: NewestIndex,
    clients: AwsClients,
) -> CreatedManifests:
    with ManifestSet() as manifests:
        skipped = select_images(found, selection, manifests, find_image=clients.objects.find_image)
        figures = estimate(
            manifests.images,
            image_bytes=manifests.image_bytes,
            shards=manifests.shards(request.max_images),
            region=clients.region,
        )
        _log_estimate(figures, skipped)
        _check_not_empty(request, source, figures, skipped)
        _check_budget(request, figures)
        if request.is_dry_run:
            return CreatedManifests(uris=[], images=figures.images, skipped=skipped, estimate=figures)
        index = manifests.write(
            clients.objects,
            request.target,
            max_images=request.max_images,
            request=request.fingerprint,
            skipped=skipped,
            estimate=figures,
        )
        index = newest.publish(index)
    _LOG.info("Manifests: %d. Their index: %s", len(index.manifests), index.uri)
    return _created(index)


def _parse_source(request: ManifestRequest) -> Source | None:
    """Return the source; ``None`` if the request is for the failed images of jobs."""
    if (request.source is None) == (request.failures_of is None):
        problem = "give either source or failures_of"
        raise InvalidArgument(argument="source", value=request.source, problem=problem)
    return None if request.failures_of is not None else parse_source(request.source)


def _filter_for(request: ManifestRequest, source: Source | None) -> ImageFilter:
    check_window(request.filter, allows_no_length=request.on_empty is OnEmpty.SKIP)
    is_named_by_user = source is None or isinstance(source, Images | ListFiles)
    extensions = parse_extensions(request.extensions, is_named_by_user=is_named_by_user)
    return replace(request.filter, extensions=extensions)


def _iter_source(
    request: ManifestRequest, source: Source | None, clients: AwsClients
) -> Generator[FoundImage, None, None]:
    if source is None:
        failed = iter_failed(iter_jobs(request.failures_of, clients.jobs), clients.objects)
        return _naming(failed, "failures_of")
    return _naming(iter_found(source, clients.objects), "source")


def _naming(found: Iterator[FoundImage], argument: str) -> Generator[FoundImage, None, None]:
    with naming_argument(argument):
        yield from found


def _check_not_empty(
    request: ManifestRequest, source: Source | None, figures: Estimate, skipped: Mapping[str, int]
) -> None:
    if figures.images or request.on_empty is OnEmpty.SKIP:
        return
    problem = source and problem_of_source(source, skipped)
    if problem is None and request.on_empty is OnEmpty.FAIL:
        problem = "every object is skipped, and on_empty='fail'"
    if problem:
        raise NoImages(
            source=request.source or request.failures_of, problem=problem, skipped=skipped or "none"
        )


def _check_budget(request: ManifestRequest, figures: Estimate) -> None:
    fields = {"images": figures.images, "usd": f"{figures.price_usd:.2f}"}
    if request.max_total_images is not None and figures.images > request.max_total_images:
        raise OverBudget(argument="max_total_images", limit=request.max_total_images, **fields)
    if request.max_cost_usd is not None and figures.price_usd > request.max_cost_usd:
        raise OverBudget(argument="max_cost", limit=request.max_cost_usd, **fields)


def _created(index: ManifestIndex) -> CreatedManifests:
    return CreatedManifests(
        uris=[manifest.uri for manifest in index.manifests],
        images=index.images,
        skipped=index.skipped,
        estimate=index.estimate,
        index_uri=index.uri,
        skip_file=index.skip_file,
    )


def _log_estimate(figures: Estimate, skipped: Mapping[str, int]) -> None:
    _LOG.info(
        "Images: %d, manifests: %d, about %.2f US dollars; skipped: %s",
        figures.images,
        figures.shards,
        figures.price_usd,
        dict(skipped) or "none",
    )
