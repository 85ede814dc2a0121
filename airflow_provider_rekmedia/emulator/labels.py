"""What Rekognition answers for an image that shows certain things: labels, completed along the taxonomy."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from airflow_provider_rekmedia.core.taxonomy import CONTENT_TYPES, MODEL_VERSION, PARENT_OF

__all__ = [
    "DEFAULT_MIN_CONFIDENCE",
    "MODEL_VERSION",
    "complete_labels",
    "encode_content_types",
    "is_content_type",
    "is_label",
]

#: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectModerationLabels.html
DEFAULT_MIN_CONFIDENCE: Final = 50.0


def is_label(name: str) -> bool:
    """Whether the taxonomy has this label; case matters."""
    return name in PARENT_OF


def is_content_type(name: str) -> bool:
    """Whether Rekognition has this content type; case matters."""
    return name in CONTENT_TYPES


def complete_labels(shown: Mapping[str, float], min_confidence: float) -> list[dict[str, Any]]:
    """
    List the ModerationLabels of an image: what it shows and their parents, every child before its parents.

    A parent has the confidence of its most certain child, as in AWS's sample, where one number stands for a
    whole chain.

    :param shown: label to confidence, 0 to 100; labels of one level keep this order.
    :param min_confidence: 0 to 100; labels below it are left out.
    """
    confidences: dict[str, float] = {}
    for name, confidence in shown.items():
        for link in _iter_chain(name):
            confidences[link] = max(confidence, confidences.get(link, 0.0))
    labels = [
        {
            "Confidence": confidence,
            "Name": name,
            "ParentName": PARENT_OF[name],
            "TaxonomyLevel": sum(1 for _ in _iter_chain(name)),
        }
        for name, confidence in confidences.items()
        if confidence >= min_confidence
    ]
    return sorted(labels, key=lambda label: label["TaxonomyLevel"], reverse=True)


def encode_content_types(shown: Mapping[str, float]) -> list[dict[str, Any]]:
    """List the ContentTypes of an image; MinConfidence is documented for labels only, so it cuts none."""
    return [{"Confidence": confidence, "Name": name} for name, confidence in shown.items()]


def _iter_chain(name: str) -> Iterator[str]:
    """Name a label, its parent, its parent's parent: up to level 1."""
    link = name
    while link:
        yield link
        link = PARENT_OF[link]
