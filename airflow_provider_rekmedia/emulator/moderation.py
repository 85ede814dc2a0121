"""What the service answers for one image, the same for a bulk job and for DetectModerationLabels."""

from typing import Any

from .declarations import see
from .errors import Code, ServiceError
from .images import ImageChecks
from .labels import DEFAULT_MIN_CONFIDENCE, MODEL_VERSION, complete_labels, encode_content_types
from .rules import InvalidRules, Sight
from .settings import Settings
from .storage import ObjectUnavailable, Storage
from .wire import Place

__all__ = ["answer_for", "look_at_object"]


def look_at_object(
    storage: Storage,
    checks: ImageChecks,
    settings: Settings,
    *,
    place: Place,
    bucket: str,
    key: str,
    version: str | None = None,
) -> Sight:
    """
    Check an image in S3 and see what it shows.

    :raises ServiceError: the service would not take it, or it declares what no image can show.
    """
    try:
        stored = storage.fetch(place, bucket, key, version)
    except ObjectUnavailable as error:
        raise ServiceError(Code.INVALID_S3_OBJECT) from error
    checks.check_object(stored, settings)
    try:
        return see(bucket, key, metadata=stored.metadata, tags=stored.tags, rules=settings.rules)
    except InvalidRules as error:
        # AWS could not answer this: a test that misspells a label should hear of it.
        raise ServiceError(Code.INVALID_PARAMETER, f"rekmedia emulator: {error}") from error


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
