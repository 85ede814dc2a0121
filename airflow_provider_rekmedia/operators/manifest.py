"""Creates the manifests of a run."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields

from airflow_provider_rekmedia.airflow_compat import Context
from airflow_provider_rekmedia.core.arguments import (
    parse_choice,
    parse_optional,
    parse_optional_mapping,
    parse_optional_number,
    parse_optional_prefix,
    parse_optional_text,
    parse_optional_time,
    parse_optional_whole_number,
    parse_whole_number,
)
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.tasks.lineage import lineage_of
from airflow_provider_rekmedia.tasks.task_errors import skip_task, task_errors, template_errors
from airflow_provider_rekmedia.tasks.task_instance import TaskInstance, task_clears, task_identity
from airflow_provider_rekmedia.tasks.upstream_xcom import read_at_once

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
    from airflow_provider_rekmedia.services.create_manifests import ManifestRequest

__all__ = ["RekognitionCreateManifestOperator"]

_MAX_NUMBER = 10**12
#: The service's limit of images per manifest.
_MAX_IMAGES = 10_000
#: Arguments that do not change which images are selected.
_NOT_IN_FINGERPRINT = ("aws_conn_id", "region_name", "results_arguments", "verify", "kms_key_id")
#: Sources that lineage names.
_MAX_LINEAGE_SOURCES = 100


class RekognitionCreateManifestOperator(AwsBaseOperator[RekognitionHook]):
    """
    Find the images to analyze, and write manifests of at most 10,000 images each.

    The operator skips objects that the service would refuse: other types than JPEG and PNG, empty objects,
    objects above 15 MB, and archived objects. It counts them, and lists them in a skip file. The keys of the
    manifests contain dag, task and run. The index is written last. A retry that finds the index returns the
    same manifests.

    .. seealso:: ``docs/operators/manifest.md``

    :param source: A prefix ``s3://bucket/prefix/`` or several; or uris of images; or files in S3 that list
        images; or the ``manifest.json`` of an S3 Inventory report. (templated)
    :param manifest_prefix: Prefix of the manifests, ``s3://bucket/prefix/``; not below ``source``.
        (templated)
    :param failures_of: Finished jobs, instead of ``source``. The operator selects their unaccounted images,
        and those that failed for a reason that may pass, unless a later job of the list analyzed the image.
        (templated)
    :param extensions: Accepted extensions: a list such as ``[".jpg", ".webp"]``, in which ``""`` accepts keys
        without an extension; a text with commas; or ``"*"`` for every key. ``None`` accepts the extensions of
        JPEG and PNG and keys without an extension; of a list and of uris of images, it accepts every key.
        (templated)
    :param pattern: Glob that the whole key must match; ``*`` matches slashes too. (templated)
    :param modified_after: Select objects last modified at this time or later: a datetime or ISO 8601 text,
        UTC if it has no offset. ``None`` is no limit. (templated)
    :param modified_before: Select objects last modified before this time; as *modified_after*. (templated)
    :param min_bytes: Smallest size of an image, inclusive. (templated)
    :param max_bytes: Largest size of an image, inclusive. (templated)
    :param ledger: Prefix of the ledger, ``s3://bucket/prefix/``. An image is skipped if its key was analyzed
        with the same ETag. The results operator commits to the ledger. ``None`` selects every image, every
        time. (templated)
    :param scan: Your name for a pass over all images. Another name analyzes each image once more, for a new
        model or policy. (templated)
    :param max_attempts: With a ledger, how often to try an image that fails for a reason that may pass, 1 or
        more. (templated)
    :param max_images: Images per manifest, 1 to 10,000. (templated)
    :param max_total_images: If there are more images, fail and write nothing. (templated)
    :param max_cost: If the estimate is above this many US dollars, fail and write nothing. (templated)
    :param kms_key_id: Key that encrypts everything that this task writes; ``None`` leaves the encryption to
        the bucket. (templated)
    :param dry_run: Whether to write nothing, and only push ``estimate`` and the counts.
    :param on_empty: If no image is selected: ``"empty"`` returns an empty list, but fails if the source has
        no object, or only objects that are not images, or if the window has no length; ``"skip"`` skips the
        task, ``"fail"`` fails it, in all of these cases. (templated)
    :param results_arguments: Arguments of the results task: ``policy``, ``parquet``, ``verdicts``,
        ``ledger``, ``report``, ``on_drift``, ``max_failed``. They are checked before anything is listed, so
        that a mistake shows before the images are paid for. :func:`moderate_images` sets it. (templated)
    :param aws_conn_id: Airflow connection, as in the Amazon provider. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as in boto3. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: The uris of the manifests, for ``.expand(manifest=manifest.output)``. An empty list skips the
        mapped tasks. More is in the XComs ``images``, ``skipped`` (how many by reason), ``estimate`` and
        ``index``.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "source",
        "manifest_prefix",
        "failures_of",
        "extensions",
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
        "kms_key_id",
        "on_empty",
        "results_arguments",
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
        extensions: str | Sequence[str] | None = None,
        pattern: str | float | None = None,
        modified_after: datetime | str | None = None,
        modified_before: datetime | str | None = None,
        min_bytes: int | str | None = None,
        max_bytes: int | str | None = None,
        ledger: str | None = None,
        scan: str | float | None = "",
        max_attempts: int | str = 3,
        max_images: int | str = _MAX_IMAGES,
        max_total_images: int | str | None = None,
        max_cost: float | str | None = None,
        kms_key_id: str | None = None,
        dry_run: bool = False,
        on_empty: str = "empty",
        results_arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.manifest_prefix = manifest_prefix
        self.failures_of = failures_of
        self.extensions = extensions
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
        self.kms_key_id = kms_key_id
        # Not self.dry_run: Airflow has a method of that name.
        self.writes_nothing = dry_run
        self.on_empty = on_empty
        self.results_arguments = results_arguments
        self._lineage = None

    @property
    def _hook_parameters(self) -> dict[str, Any]:
        return super()._hook_parameters | {"kms_key_id": parse_optional_text("kms_key_id", self.kms_key_id)}

    def render_template_fields(self, context: Context, jinja_env: Any = None) -> None:
        """Render the templates, as every operator does, and explain values that the run does not have."""
        with template_errors(context):
            super().render_template_fields(context, jinja_env)

    def execute(self, context: Context) -> list[str]:
        """Create the manifests, and push their counts."""
        from airflow_provider_rekmedia.services.create_manifests import OnEmpty, create_manifests
        from airflow_provider_rekmedia.services.results.check_arguments import check_results_arguments

        ti = context["ti"]
        with task_errors(self.aws_conn_id):
            request = self._request(ti)
            check_results_arguments(
                parse_optional_mapping("results_arguments", self.results_arguments) or {}, self.hook.objects
            )
            created = create_manifests(request, self.hook)
        ti.xcom_push(key="images", value=created.images)
        ti.xcom_push(key="skipped", value=dict(created.skipped))
        ti.xcom_push(key="estimate", value=created.estimate.as_dict())
        ti.xcom_push(key="index", value={"uri": created.index_uri, "skip_file": created.skip_file})
        sources = [self.source] if isinstance(self.source, str) else list(self.source or ())
        self._lineage = (sources[:_MAX_LINEAGE_SOURCES], created.uris)
        if not created.images and request.on_empty is OnEmpty.SKIP:
            skip_task("No image to analyze")
        return created.uris

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002 OpenLineage's signature
        """Return the sources that were read and the manifests that were written."""
        return lineage_of(*(self._lineage or ((), ())))

    def _request(self, ti: TaskInstance) -> "ManifestRequest":
        from airflow_provider_rekmedia.core.jobs.identity import readable_key
        from airflow_provider_rekmedia.services.create_manifests import ManifestRequest, OnEmpty

        return ManifestRequest(
            target=parse_s3_prefix(self.manifest_prefix).join(readable_key(task_identity(ti))),
            fingerprint=self._fingerprint(task_clears(ti, self.retries)),
            source=parse_optional(self.source),
            failures_of=parse_optional(read_at_once(self.failures_of)),
            extensions=self.extensions,
            filter=self._filter(),
            ledger=parse_optional_prefix(self.ledger),
            scan=parse_optional_text("scan", self.scan) or "",
            max_attempts=parse_whole_number("max_attempts", self.max_attempts, low=1, high=1000),
            max_images=parse_whole_number("max_images", self.max_images, low=1, high=_MAX_IMAGES),
            max_total_images=_parse_limit("max_total_images", self.max_total_images),
            max_cost_usd=parse_optional_number("max_cost", self.max_cost),
            is_dry_run=self.writes_nothing,
            on_empty=parse_choice("on_empty", self.on_empty, OnEmpty),
        )

    def _filter(self) -> "ImageFilter":
        from airflow_provider_rekmedia.core.images.image_filter import ImageFilter

        return ImageFilter(
            pattern=parse_optional_text("pattern", self.pattern),
            modified_after=parse_optional_time("modified_after", self.modified_after),
            modified_before=parse_optional_time("modified_before", self.modified_before),
            min_bytes=_parse_limit("min_bytes", self.min_bytes),
            max_bytes=_parse_limit("max_bytes", self.max_bytes),
        )

    def _fingerprint(self, clears: int) -> str:
        """Return the arguments of this try as text, to recognize the set of an earlier try."""
        names = [name for name in self.template_fields if name not in _NOT_IN_FINGERPRINT]
        return json.dumps([clears, *(getattr(self, name) for name in names)], default=str)


def _parse_limit(argument: str, value: Any) -> int | None:
    return parse_optional_whole_number(argument, value, low=0, high=_MAX_NUMBER)
