"""Writes the manifests for a prefix of images."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields
from airflow.providers.common.compat.sdk import Context

from airflow_provider_rekmedia.core.arguments import parse_moment, parse_whole_number
from airflow_provider_rekmedia.core.identity import readable_key
from airflow_provider_rekmedia.core.manifest import MANIFEST_MAX_IMAGES, has_image_suffix, iter_shards
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.hooks.task_errors import task_errors
from airflow_provider_rekmedia.hooks.task_instance import task_identity

__all__ = ["RekognitionCreateManifestOperator"]


class RekognitionCreateManifestOperator(AwsBaseOperator[RekognitionHook]):
    """
    List the images under a prefix, and write manifests that the service takes: at most 10,000 images each.

    Objects whose key does not end in ``.jpg``, ``.jpeg`` or ``.png`` are skipped and counted, because
    Rekognition reads nothing else. The manifests' keys tell dag, task and run, so that a retry writes over
    its own.

    .. seealso:: ``docs/operators/manifest.md``

    :param source: Prefix of the images, ``s3://bucket/prefix/``. (templated)
    :param manifest_prefix: Prefix to write the manifests under, ``s3://bucket/prefix/``; not below
        ``source``, or at least never with an image's suffix. (templated)
    :param modified_after: Take objects last modified at this time or later: a datetime or ISO 8601 text, UTC
        where it has no offset; ``None`` takes all. (templated)
    :param modified_before: Take objects last modified before this time; likewise. (templated)
    :param max_images: Images per manifest, 1 to 10,000. (templated)
    :param aws_conn_id: Airflow connection, as the Amazon provider takes it. (templated)
    :param region_name: AWS region of the buckets. (templated)
    :param verify: TLS verification, as boto3 takes it. (templated)
    :param botocore_config: Arguments of botocore's ``Config``.
    :return: The manifests' uris, for ``.expand(manifest=manifest.output)``: Airflow maps over nothing but a
        return value. A prefix without images makes an empty list, and mapped tasks are skipped. The XComs
        ``images`` (how many) and ``skipped`` (how many by reason) tell the rest.
    """

    aws_hook_class = RekognitionHook
    template_fields: Sequence[str] = aws_template_fields(
        "source", "manifest_prefix", "modified_after", "modified_before", "max_images"
    )
    ui_color = "#dbe9f4"

    def __init__(
        self,
        *,
        source: str,
        manifest_prefix: str,
        modified_after: datetime | str | None = None,
        modified_before: datetime | str | None = None,
        max_images: int | str = MANIFEST_MAX_IMAGES,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.manifest_prefix = manifest_prefix
        self.modified_after = modified_after
        self.modified_before = modified_before
        self.max_images = max_images

    def execute(self, context: Context) -> list[str]:
        """List, cut, write; one manifest is in memory at a time."""
        with task_errors():
            target = parse_s3_prefix(self.manifest_prefix).join(readable_key(task_identity(context["ti"])))
            most = parse_whole_number("max_images", self.max_images, low=1, high=MANIFEST_MAX_IMAGES)
            skipped: Counter[str] = Counter()
            manifests: list[str] = []
            images = 0
            for shard in iter_shards(self._iter_images(skipped), max_images=most):
                uri = target.join(f"/manifest-{len(manifests):05d}.jsonl")
                self.hook.objects.put(uri, shard.body, "application/jsonl")
                manifests.append(str(uri))
                images += shard.images
                self.log.info("Wrote %s with %d images", uri, shard.images)
        self.log.info(
            "Images: %d, manifests: %d, skipped: %s", images, len(manifests), dict(skipped) or "none"
        )
        context["ti"].xcom_push(key="images", value=images)
        context["ti"].xcom_push(key="skipped", value=dict(skipped))
        return manifests

    def _iter_images(self, skipped: Counter[str]) -> Iterator[S3Uri]:
        after = parse_moment("modified_after", self.modified_after)
        before = parse_moment("modified_before", self.modified_before)
        for found in self.hook.objects.iter_objects(parse_s3_prefix(self.source)):
            if not has_image_suffix(found.uri.key):
                skipped["not_jpeg_or_png"] += 1
            elif after and found.modified_at < after:
                skipped["modified_before_window"] += 1
            elif before and found.modified_at >= before:
                skipped["modified_after_window"] += 1
            else:
                yield found.uri
