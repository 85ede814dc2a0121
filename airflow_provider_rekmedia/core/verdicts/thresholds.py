"""Compares the thresholds of a policy with the confidence below which a job returns no label."""

from collections.abc import Iterator
from typing import Final

from airflow_provider_rekmedia.core.errors import InvalidPolicy

from .policy import Policy, Rule

__all__ = ["check_thresholds"]

#: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectModerationLabels.html
_DEFAULT_MIN_CONFIDENCE: Final = 50.0


def check_thresholds(policy: Policy, min_confidence: float | None) -> None:
    """
    Check that the job returns every label that a threshold asks for. A rule of one word has no threshold.

    :param min_confidence: Percent, of the job; ``None`` is the default of the service, 50.
    :raises InvalidPolicy: A threshold is above 0 and below *min_confidence*: labels in between are missing in
        the results, so their images would be allowed.
    """
    floor = _DEFAULT_MIN_CONFIDENCE if min_confidence is None else min_confidence
    for rule in _iter_rules(policy):
        for word, threshold in (("block", rule.block), ("review", rule.review)):
            if threshold and threshold < floor:
                problem = (
                    f"{word} is {threshold:g}, but the job returns no label below {floor:g} percent; set "
                    f"min_confidence to {threshold:g} in bulk or per_image, or raise the threshold"
                )
                raise InvalidPolicy(where=rule.name, problem=problem)


def _iter_rules(policy: Policy) -> Iterator[Rule]:
    yield from policy.rules.values()
    for content in policy.content_types:
        yield from content.rules.values()
