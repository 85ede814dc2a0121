"""Writes the manifests of a night: the images of a source that are new, cut to what the service takes."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.adapters.images.gathering import Wanted, gather
from airflow_provider_rekmedia.adapters.images.manifest_set import ManifestSet, read_index
from airflow_provider_rekmedia.adapters.images.sources import iter_failed, iter_found
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.airflow_compat import Context
from airflow_provider_rekmedia.core.arguments import (
    parse_choice,
    parse_moment,
    parse_number,
    parse_text,
    parse_whole_number,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.images.estimate import Estimate, estimate
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
from airflow_provider_rekmedia.core.images.manifest import MANIFEST_MAX_IMAGES
from airflow_provider_rekmedia.core.images.source import parse_source
from airflow_provider_rekmedia.core.jobs.identity import readable_key
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix
from airflow_provider_rekmedia.core.source_errors import NoImages, OverBudget
from airflow_provider_rekmedia.hooks.lineage import lineage_of
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.hooks.task_errors import skip_task, task_errors
from airflow_provider_rekmedia.hooks.task_instance import task_clears, task_identity

__all__ = ["RekognitionCreateManifestOperator"]

_MOST = 10**12
#: Sources that lineage names.
_MOST_SOURCES = 100


class _OnEmpty(StrEnum):
    """What a night without images is."""

    EMPTY = "empty"
    SKIP = "skip"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """The arguments, read before anything is called."""

    on_empty: _OnEmpty
    max_images: int
    most_images: int | None
    most_usd: float | None
    wanted: Wanted
    found: Generator[FoundImage, None, None]


class RekognitionCreateManifestOperator(AwsBaseOperator[RekognitionHook]):
    """
    Find the images to analyze, and write manifests that the service takes: at most 10,000 images each.

    What the service would refuse by what a listing shows (no ``.jpg``, ``.jpeg`` or ``.png``, empty, above
    15 MB) is skipped, counted, and listed in a skip file. The manifests' keys tell dag, task and run; an
    index is written last, and a retry that finds it hands the same manifests on.

    .. seealso:: ``docs/operators/manifest.md``

    :param source: A prefix ``s3://bucket/prefix/`` or several; or uris of images; or files in S3 that list
        them; or the ``manifest.json`` of an S3 Inventory report. (templated)
    :param manifest_prefix: Prefix to write the manifests under, ``s3://bucket/prefix/``; not below
        ``source``, or at least never with an image's suffix. (templated)
    :param failures_of: Instead of ``source``: jobs that ended; their images that failed for a reason that may
        pass, and the unaccounted ones, are taken, unless a job given later analyzed them. (templated)
    :param pattern: Glob that the whole key must match; ``*`` matches slashes, too. (templated)
    :param modified_after: Take objects last modified at this time or later: a datetime or ISO 8601 text, UTC
        where it has no offset; ``None`` takes all. (templated)
    :param modified_before: Take objects last modified before this time; likewise. (templated)
    :param min_bytes: Smallest size of an image, inclusive. (templated)
    :param max_bytes: Largest size of an image, inclusive. (templated)
    :param ledger: Prefix of the ledger, ``s3://bucket/prefix/``: images that it has in the same bytes
        are left out. The results operator commits to it. ``None`` takes every image, every time. (templated)
    :param scan: A name of yours for a pass over all images: with another name each is taken once more, for a
        new model or policy. (templated)
    :param max_attempts: With a ledger, how often an image that fails for a reason that may pass is
        tried, 1 or more. (templated)
    :param max_images: Images per manifest, 1 to 10,000. (templated)
    :param max_total_images: Refuse, writing nothing, when there are more images. (templated)
    :param max_cost: Refuse, writing nothing, when the estimate is above so many US dollars. (templated)
    :param dry_run: Whether to write nothing and only push ``estimate`` and the counts.
    :param on_empty: When no image is found: ``"empty"`` returns an empty list, ``"skip"`` skips the task,
        ``"fail"`` fails it. (templated)
    :param aws_conn_id: Airflow connection, as the Amazon provider takes it. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as boto3 takes it. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: The manifests' uris, for ``.expand(manifest=manifest.output)``: Airflow maps over nothing but a
        return value. An empty list skips mapped tasks. The XComs ``images``, ``skipped`` (how many by
        reason), ``estimate`` and ``index`` tell the rest.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "source",
        "manifest_prefix",
        "failures_of",
        "pattern",
        "modified_after",
        "modified_before",
        "min_bytes",
        "max_bytes",
        "ledger",
        "scan",
        "max_attempts",
        "max_images",
        "max_total_images",
        "max_cost",
        "on_empty",
    )
    #: What the last execution read and wrote.
    _lineage: tuple[list[str], list[str]] | None
    ui_color = "#dbe9f4"

    def __init__(
        self,
        *,
        source: str | Sequence[str] | None = None,
        manifest_prefix: str,
        failures_of: Mapping[str, Any] | str | Sequence[Mapping[str, Any] | str] | None = None,
        pattern: str | float | None = None,
        modified_after: datetime | str | None = None,
        modified_before: datetime | str | None = None,
        min_bytes: int | str | None = None,
        max_bytes: int | str | None = None,
        ledger: str | None = None,
        scan: str | float | None = "",
        max_attempts: int | str = 3,
        max_images: int | str = MANIFEST_MAX_IMAGES,
        max_total_images: int | str | None = None,
        max_cost: float | str | None = None,
        dry_run: bool = False,
        on_empty: str = "empty",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.manifest_prefix = manifest_prefix
        self.failures_of = failures_of
        self.pattern = pattern
        self.modified_after = modified_after
        self.modified_before = modified_before
        self.min_bytes = min_bytes
        self.max_bytes = max_bytes
        self.ledger = ledger
        self.scan = scan
        self.max_attempts = max_attempts
        self.max_images = max_images
        self.max_total_images = max_total_images
        self.max_cost = max_cost
        # Not self.dry_run: Airflow has a method of that name.
        self.writes_nothing = dry_run
        self.on_empty = on_empty
        self._lineage = None

    def execute(self, context: Context) -> list[str]:
        """Find, count, refuse or write; a shard at a time is in memory."""
        with task_errors():
            ti = context["ti"]
            order = self._order()
            target = parse_s3_prefix(self.manifest_prefix).join(readable_key(task_identity(ti)))
            index = self._written_before(target, asked := self._asked(task_clears(ti, self.retries)))
            index = index or self._make(target, asked, order)
            for key in ("images", "skipped", "estimate"):
                ti.xcom_push(key=key, value=index[key])
            ti.xcom_push(key="index", value={"uri": index.get("uri"), "skip_file": index.get("skip_file")})
            sources = [self.source] if isinstance(self.source, str) else list(self.source or ())
            self._lineage = (sources[:_MOST_SOURCES], [each["uri"] for each in index["manifests"]])
        if not index["images"] and order.on_empty is _OnEmpty.SKIP:
            skip_task("No image to analyze")
        return [each["uri"] for each in index["manifests"]]

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002 OpenLineage's signature
        """Tell OpenLineage which sources were read, and which manifests written."""
        return lineage_of(*(self._lineage or ((), ())))

    def _asked(self, clears: int) -> str:
        """Say what this try asks for, to know a set of an earlier try again."""
        names = [
            name for name in self.template_fields if name not in ("aws_conn_id", "region_name", "verify")
        ]
        return json.dumps([clears, *(getattr(self, name) for name in names)], default=str)

    def _written_before(self, target: S3Uri, asked: str) -> dict[str, Any] | None:
        if self.writes_nothing:
            return None
        index = read_index(self.hook.objects, target)
        if index is None or index["asked"] != asked:
            return None
        self.log.info("The manifests of this run are written already: %s", index["uri"])
        return index

    def _make(self, target: S3Uri, asked: str, order: _Order) -> dict[str, Any]:
        most = order.max_images
        with ManifestSet() as manifests:
            skipped = gather(order.found, order.wanted, manifests, look=self.hook.objects.look)
            figures = estimate(
                manifests.images,
                image_bytes=manifests.image_bytes,
                shards=manifests.shards(most),
                region=self.hook.conn_region_name,
            )
            self._tell(figures, skipped)
            self._refuse(order, figures, skipped)
            about = {"asked": asked, "skipped": skipped, "estimate": figures.as_dict()}
            if self.writes_nothing:
                return {**about, "images": manifests.images, "manifests": []}
            about["uri"] = str(target.join("/index.json"))
            index = manifests.write(self.hook.objects, target, max_images=most, about=about)
        if order.wanted.ledger is not None:
            order.wanted.ledger.compact()
        self.log.info("Wrote %d manifests, and their index %s", len(index["manifests"]), index["uri"])
        return index

    def _order(self) -> _Order:
        return _Order(
            on_empty=parse_choice("on_empty", self.on_empty, _OnEmpty),
            max_images=parse_whole_number("max_images", self.max_images, low=1, high=MANIFEST_MAX_IMAGES),
            most_images=self._optional("max_total_images", self.max_total_images, low=0),
            most_usd=None if self.max_cost in (None, "", "None") else parse_number("max_cost", self.max_cost),
            wanted=self._wanted(),
            found=self._iter_found(),
        )

    def _iter_found(self) -> Generator[FoundImage, None, None]:
        if (self.source is None) == (self.failures_of is None):
            problem = "give either source or failures_of"
            raise InvalidArgument(argument="source", value=self.source, problem=problem)
        if self.failures_of is not None:
            return iter_failed(self.hook.iter_jobs(self.failures_of), self.hook.objects)
        return iter_found(parse_source(self.source), self.hook.objects)

    def _wanted(self) -> Wanted:
        ledger = Ledger(self.hook.objects, parse_s3_prefix(self.ledger)) if self.ledger else None
        return Wanted(
            filter=ImageFilter(
                pattern=parse_text("pattern", self.pattern),
                modified_after=parse_moment("modified_after", self.modified_after),
                modified_before=parse_moment("modified_before", self.modified_before),
                min_bytes=self._optional("min_bytes", self.min_bytes, low=0),
                max_bytes=self._optional("max_bytes", self.max_bytes, low=0),
            ),
            ledger=ledger,
            scan=parse_text("scan", self.scan) or "",
            max_attempts=parse_whole_number("max_attempts", self.max_attempts, low=1, high=1000),
            is_retried=self.failures_of is not None,
        )

    def _optional(self, argument: str, value: Any, *, low: int) -> int | None:
        # A template makes text of None, too.
        is_none = value in (None, "", "None")
        return None if is_none else parse_whole_number(argument, value, low=low, high=_MOST)

    def _refuse(self, order: _Order, figures: Estimate, skipped: Mapping[str, int]) -> None:
        if not figures.images and order.on_empty is _OnEmpty.FAIL:
            raise NoImages(source=self.source or self.failures_of, skipped=skipped)
        over = {"images": figures.images, "usd": f"{figures.price_usd:.2f}"}
        if order.most_images is not None and figures.images > order.most_images:
            raise OverBudget(argument="max_total_images", limit=order.most_images, **over)
        if order.most_usd is not None and figures.price_usd > order.most_usd:
            raise OverBudget(argument="max_cost", limit=order.most_usd, **over)

    def _tell(self, figures: Estimate, skipped: Mapping[str, int]) -> None:
        self.log.info(
            "Images: %d, manifests: %d, about %.2f US dollars; skipped: %s",
            figures.images,
            figures.shards,
            figures.price_usd,
            dict(skipped) or "none",
        )
