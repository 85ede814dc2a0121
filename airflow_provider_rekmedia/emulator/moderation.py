"""What the service answers for one image, the same for a bulk job and for DetectModerationLabels."""

import hashlib
from dataclasses import dataclass
from typing import Any

from .declarations import see
from .errors import Code, ServiceError
from .images import ImageChecks
from .labels import DEFAULT_MIN_CONFIDENCE, MODEL_VERSION, complete_labels, encode_content_types
from .rules import InvalidRules, Sight
from .settings import Settings
from .storage import ObjectName, ObjectUnavailable, Storage
from .wire import Place

__all__ = ["Moderator", "answer_for"]


@dataclass(frozen=True)
class Moderator:
    """Looks at images with what the world has."""

    storage: Storage
    checks: ImageChecks
    settings: Settings

    def look(self, place: Place, name: ObjectName) -> Sight:
        """
        Check an image in S3 and see what it shows.

        :raises ServiceError: the service would not take it, or it declares what no image can show.
        """
        try:
            stored = self.storage.fetch(place, name)
        except ObjectUnavailable as error:
            raise ServiceError(Code.INVALID_S3_OBJECT) from error
        self.checks.check_object(stored, self.settings)
        rules = self.settings.rules
        try:
            return see(name.bucket, name.key, metadata=stored.metadata, tags=stored.tags, rules=rules)
        except InvalidRules as error:
            # AWS could not answer this: a test that misspells a label should hear of it.
            raise ServiceError(Code.INVALID_PARAMETER, f"rekmedia emulator: {error}") from error

    def look_at_bytes(self, body: bytes) -> Sight:
        """
        Check an image that came with the request; it has no key, so rules know it by its digest.

        :raises ServiceError: the service would not take it.
        """
        self.checks.check_bytes(body, self.settings)
        key = f"sha256:{hashlib.sha256(body).hexdigest()}"
        return see("", key, metadata={}, tags={}, rules=self.settings.rules)


def answer_for(sight: Sight, *, min_confidence: float | None, project_version: str | None) -> dict[str, Any]:
    """
    Encode what an image shows.

    :param min_confidence: 0 to 100; ``None`` is the service's default, 50.
    :param project_version: the adapter to name; ``None`` names none.
    """
    threshold = DEFAULT_MIN_CONFIDENCE if min_confidence is None else min_confidence
    answer: dict[str, Any] = {
        "ModerationLabels": complete_labels(sight.labels, threshold),
        "ModerationModelVersion": MODEL_VERSION,
        "ContentTypes": encode_content_types(sight.content_types),
    }
    return answer if project_version is None else answer | {"ProjectVersion": project_version}
