"""Analyzes one image, if the user allows it. It is billed like every image."""

from collections.abc import Iterator

from airflow_provider_rekmedia.core.images.source import Images, Prefixes
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .check_engine import moderation_labels
from .state import PreflightState

__all__ = ["check_paid_probe"]


def check_paid_probe(state: PreflightState) -> Iterator[Finding]:
    """
    Analyze the first image of the source with DetectModerationLabels, with either engine.

    :raises ServiceError: The call was refused. A refused call is not billed.
    """
    if not state.paid_probe:
        return
    image = _first_image(state)
    if image is None:
        yield Finding(check="paid probe", outcome=Outcome.NOTE, text="the source has no image to analyze")
        return
    response = moderation_labels(state).detect(image)
    text = f"analyzed, and billed as one image; {len(response['ModerationLabels'])} labels"
    yield Finding(check="paid probe", subject=str(image), outcome=Outcome.OK, text=text)


def _first_image(state: PreflightState) -> S3Uri | None:
    match state.plan.source:
        case Images(images):
            return images[0] if images else None
        case Prefixes(prefixes):
            usable = (prefix for prefix in prefixes if prefix.bucket not in state.unusable_buckets)
            for prefix in usable:
                for image in state.clients.objects.list_first(prefix).found:
                    if state.plan.image_filter.reason_to_skip(image) is None:
                        return image.uri
        case _:
            pass
    return None
