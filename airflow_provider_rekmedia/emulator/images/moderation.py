"""The result for one image. Bulk jobs and DetectModerationLabels share it."""

import hashlib
from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.core.taxonomy import MODEL_VERSION
from airflow_provider_rekmedia.emulator.protocol.errors import ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion
from airflow_provider_rekmedia.emulator.settings.rules import ImageContent
from airflow_provider_rekmedia.emulator.settings.settings import Settings
from airflow_provider_rekmedia.emulator.storage.object_storage import ObjectName, ObjectUnavailable, Storage

from .declared_content import InvalidDeclaration, find_content
from .image_checks import ImageChecks
from .labels import DEFAULT_MIN_CONFIDENCE, add_parents, encode_content_types

__all__ = ["ImageModerator", "encode_moderation"]


@dataclass(frozen=True)
class ImageModerator:
    """Checks images and finds their declared content."""

    storage: Storage
    checks: ImageChecks
    settings: Settings

    def moderate_object(self, account_region: AccountRegion, name: ObjectName) -> ImageContent:
        """
        Check an image in S3, and find its content.

        :raises ServiceError: Rekognition does not accept the image, or its declaration is not valid.
        """
        try:
            stored = self.storage.fetch(account_region, name)
        except ObjectUnavailable as error:
            raise ServiceError(ErrorCode.INVALID_S3_OBJECT) from error
        self.checks.check_object(stored, self.settings)
        try:
            return find_content(
                name.bucket,
                name.key,
                metadata=stored.metadata,
                tags=stored.tags,
                rules=self.settings.rules,
            )
        except InvalidDeclaration as error:
            # AWS has no such error. A test that misspells a label must fail.
            raise ServiceError(ErrorCode.INVALID_PARAMETER, f"rekmedia emulator: {error}") from error

    def moderate_bytes(self, body: bytes) -> ImageContent:
        """
        Check an image that was sent in the request, and find its content. Rules match its digest.

        :raises ServiceError: Rekognition does not accept the image.
        """
        self.checks.check_bytes(body, self.settings)
        key = f"sha256:{hashlib.sha256(body).hexdigest()}"
        return find_content("", key, metadata={}, tags={}, rules=self.settings.rules)


def encode_moderation(
    content: ImageContent, *, min_confidence: float | None, project_version: str | None
) -> dict[str, Any]:
    """
    Encode the content of an image as Rekognition's result.

    :param min_confidence: 0 to 100; ``None`` means the service's default, 50.
    :param project_version: ARN of the adapter; ``None`` leaves it out.
    """
    threshold = DEFAULT_MIN_CONFIDENCE if min_confidence is None else min_confidence
    result: dict[str, Any] = {
        "ModerationLabels": add_parents(content.labels, threshold),
        "ModerationModelVersion": MODEL_VERSION,
        "ContentTypes": encode_content_types(content.content_types),
    }
    return result if project_version is None else result | {"ProjectVersion": project_version}
