"""The labels in Rekognition's responses: the declared labels, and their parents in the taxonomy."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from airflow_provider_rekmedia.core.taxonomy import PARENT_OF

__all__ = ["DEFAULT_MIN_CONFIDENCE", "add_parents", "encode_content_types"]

#: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectModerationLabels.html
DEFAULT_MIN_CONFIDENCE: Final = 50.0


def add_parents(labels: Mapping[str, float], min_confidence: float) -> list[dict[str, Any]]:
    """
    List the ModerationLabels of an image: its labels and all their parents, children before parents.

    A parent has the highest confidence of its children. In AWS's sample a whole chain has one confidence.

    :param labels: label to confidence, 0 to 100; labels of one level keep this order.
    :param min_confidence: 0 to 100; labels below it are left out.
    """
    confidences: dict[str, float] = {}
    for name, confidence in labels.items():
        for ancestor in _iter_chain(name):
            confidences[ancestor] = max(confidence, confidences.get(ancestor, 0.0))
    encoded = [
        {
            "Confidence": confidence,
            "Name": name,
            "ParentName": PARENT_OF[name],
            "TaxonomyLevel": sum(1 for _ in _iter_chain(name)),
        }
        for name, confidence in confidences.items()
        if confidence >= min_confidence
    ]
    return sorted(encoded, key=lambda label: label["TaxonomyLevel"], reverse=True)


def encode_content_types(content_types: Mapping[str, float]) -> list[dict[str, Any]]:
    """List the ContentTypes of an image; AWS documents MinConfidence for labels only."""
    return [{"Confidence": confidence, "Name": name} for name, confidence in content_types.items()]


def _iter_chain(name: str) -> Iterator[str]:
    """Yield a label, its parent, and so on up to level 1."""
    while name:
        yield name
        name = PARENT_OF[name]
