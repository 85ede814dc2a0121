from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.results.image_result import ModerationLabel
from airflow_provider_rekmedia.core.taxonomy import PARENT_OF, ancestors_of
from airflow_provider_rekmedia.core.verdicts.repeated_labels import without_repeated_labels

LOW, MIDDLE, TOP = "Smoking", "Drugs & Tobacco Paraphernalia & Use", "Drugs & Tobacco"


def labels_of(confidences):
    """Labels of the taxonomy with their parents, in this order."""
    return [ModerationLabel(name, value, PARENT_OF[name]) for name, value in confidences.items()]


def kept(labels):
    return [label.name for label in without_repeated_labels(labels)]


@pytest.mark.parametrize("order", list(permutations([LOW, MIDDLE, TOP])))
def test_parents_with_the_same_confidence_only_repeat_the_lowest_label(order):
    assert kept(labels_of(dict.fromkeys(order, 90.0))) == [LOW]


@pytest.mark.parametrize(
    ("confidences", "names"),
    [
        ({LOW: 80.0, MIDDLE: 80.0, TOP: 95.0}, [LOW, TOP]),
        ({LOW: 80.0, MIDDLE: 95.0, TOP: 95.0}, [LOW, MIDDLE]),
        ({LOW: 80.0, MIDDLE: 70.0, TOP: 75.0}, [LOW]),
        ({LOW: 80.0, TOP: 80.0}, [LOW]),
        ({LOW: 80.0, TOP: 81.0}, [LOW, TOP]),
        ({LOW: 80.0, "Alcohol": 90.0}, [LOW, "Alcohol"]),
        ({LOW: 80.0, "Alcohol": 90.0, "Gambling": 70.0}, [LOW, "Alcohol", "Gambling"]),
        ({TOP: 80.0}, [TOP]),
    ],
)
def test_a_parent_with_a_higher_confidence_is_kept(confidences, names):
    assert kept(labels_of(confidences)) == names


def test_a_label_that_occurs_twice_is_kept_twice():
    assert kept([*labels_of({TOP: 80.0}), *labels_of({TOP: 80.0})]) == [TOP, TOP]


@pytest.mark.parametrize("parent", ["", "Alcohol", "Something new"])
def test_the_parent_of_the_response_counts(parent):
    labels = [ModerationLabel(LOW, 80.0, MIDDLE), ModerationLabel(MIDDLE, 80.0, parent)]
    assert kept(labels) == [LOW]
    moved = [ModerationLabel(LOW, 80.0, parent or "Alcohol"), ModerationLabel(MIDDLE, 80.0, TOP)]
    assert kept(moved) == [LOW, MIDDLE]


def test_labels_with_a_cycle_of_parents_are_all_kept():
    assert kept([ModerationLabel(LOW, 80.0, TOP), ModerationLabel(TOP, 80.0, LOW)]) == [LOW, TOP]


BRANCHES = [LOW, MIDDLE, TOP, "Alcohol", "Drinking", "Pills"]
confidences = st.sampled_from([50.0, 70.0, 70.5, 90.0])
known = st.lists(st.tuples(st.sampled_from(BRANCHES), confidences), min_size=1, max_size=5)


@given(known)
def test_a_label_is_removed_if_one_below_it_is_as_confident(found):
    labels = [ModerationLabel(name, value, PARENT_OF.get(name, "")) for name, value in found]
    expected = [
        label
        for label in labels
        if not any(
            label.name in ancestors_of(other.name, other.parent_name) and other.confidence >= label.confidence
            for other in labels
        )
    ]
    assert list(without_repeated_labels(labels)) == expected
