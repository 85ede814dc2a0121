"""Strategies for policies and images in which rules meet: parents, content types, unknown labels."""

from hypothesis import strategies as st

from airflow_provider_rekmedia.core.results.image_result import (
    ContentType,
    Detection,
    ImageResult,
    ModerationLabel,
)
from airflow_provider_rekmedia.core.taxonomy import CONTENT_TYPES, PARENT_OF
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

#: Two branches of the taxonomy, one of them with three levels, and a label that nobody knows.
KNOWN = [
    "Explicit",
    "Explicit Nudity",
    "Exposed Female Nipple",
    "Exposed Buttocks or Anus",
    "Alcohol",
    "Drinking",
]
LABELS = [*KNOWN, "Alcohol Use", "Something new"]

# A policy refuses a value between 0 and 1: it is a fraction, not a percentage.
percents = st.integers(0, 100).map(float) | st.floats(1, 100).map(lambda number: round(number, 1))
verdict_words = st.sampled_from(["allow", "review", "block"])


def thresholds(block, review):
    """A rule that a policy accepts: review below block."""
    if block is None and review is None:
        return "allow"
    if block is not None and review is not None and review >= block:
        return {"block": block}
    return {"block": block, "review": review}


rules = st.builds(thresholds, st.none() | percents, st.none() | percents) | verdict_words
rules_by_label = st.dictionaries(st.sampled_from(KNOWN), rules, min_size=1, max_size=4)
content_types = st.dictionaries(
    st.sampled_from(CONTENT_TYPES),
    st.builds(lambda least, labels: {"min_confidence": least, "labels": labels}, percents, rules_by_label),
)
policies = st.builds(
    lambda **members: parse_policy(members),
    labels=rules_by_label,
    content_types=content_types,
    default=verdict_words,
    unknown_labels=verdict_words,
)

labels = st.builds(
    lambda name, confidence: ModerationLabel(name, confidence, PARENT_OF.get(name, "")),
    st.sampled_from(LABELS),
    percents,
)
kinds = st.builds(ContentType, st.sampled_from(CONTENT_TYPES), percents)
images = st.builds(
    lambda found, types: ImageResult("s3://b/k", Detection(tuple(found), "7.0", tuple(types))),
    st.lists(labels, max_size=4),
    st.lists(kinds, max_size=2, unique_by=lambda kind: kind.name),
)
