"""The order of images in queues."""

from core.review.rows import row

from airflow_provider_rekmedia.core.review.order import ReviewOrder, order_key, thresholds_of
from airflow_provider_rekmedia.core.verdicts.policy import ContentRules, Policy, Rule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

ROWS = [
    row("a", confidence=60.0, rule="Smoking"),
    row("b", confidence=90.0, rule="Alcohol"),
    row("c", confidence=None, rule="not_analyzed"),
    row("d", confidence=70.0, rule="Smoking", verdict=Decision.BLOCK),
]


def names(order, thresholds=None):
    return "".join(image.key for image in sorted(ROWS, key=order_key(order, thresholds or {})))


def test_the_worst_image_comes_first():
    assert names(ReviewOrder.SEVERITY) == "dbac"


def test_images_of_one_rule_stay_together():
    assert names(ReviewOrder.LABEL) == "bdac"


def test_the_image_nearest_to_a_threshold_comes_first():
    assert names(ReviewOrder.THRESHOLD, {"Smoking": (72.0,), "Alcohol": (50.0, 89.0)}) == "bdac"


def test_each_rule_has_its_thresholds():
    illustrated = Rule("Illustrated: Smoking", block=95.0)
    policy = Policy(
        {"Smoking": Rule("Smoking", block=90.0, review=60.0), "Alcohol": Rule("Alcohol", review=0.0)},
        (ContentRules("Illustrated", 50.0, {"Smoking": illustrated}),),
    )

    assert thresholds_of(policy) == {
        "Smoking": (90.0, 60.0),
        "Alcohol": (),
        "Illustrated: Smoking": (95.0,),
    }
