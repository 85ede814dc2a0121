"""Decisions of people about made-up images."""

from airflow_provider_rekmedia.core.learning.reviewed_image import ReviewedImage
from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.verdicts.verdict import Decision


def decision(image, word="block", **changes):
    """What Ann decided about an image that a rule sent to review."""
    members = {
        "image": image,
        "rule": "Alcohol",
        "verdict": Decision.REVIEW,
        "decision": ReviewDecision(word),
        "sample": Sample.QUEUE,
        "confidence": 60.0,
        "reviewer": "Ann",
    }
    return ReviewedImage(**(members | changes))


def reviewed(rule, verdict, *, blocked, allowed, confidence=60.0):
    """Decisions about images that one rule flagged."""
    words = ["block"] * blocked + ["allow"] * allowed
    return [
        decision(f"{rule} {verdict} {number}", word, rule=rule, verdict=verdict, confidence=confidence)
        for number, word in enumerate(words)
    ]


def audited(stratum, *, blocked, allowed, probability=0.05):
    """Decisions about allowed images of one stratum."""
    return [
        decision(
            f"{stratum} {number}",
            word,
            rule="",
            verdict=Decision.ALLOW,
            sample=Sample.AUDIT,
            stratum=stratum,
            inclusion_probability=probability,
            confidence=None,
        )
        for number, word in enumerate(["block"] * blocked + ["allow"] * allowed)
    ]


def doubled(images, *, differing=0):
    """Second decisions of Bo about images; the first of them differ."""
    return [
        decision(
            first.image,
            "allow" if first.is_violation is (number < differing) else "block",
            sample=Sample.DOUBLE,
            reviewer="Bo",
        )
        for number, first in enumerate(images)
    ]
