from core.learning.decisions import decision, reviewed

from airflow_provider_rekmedia.core.learning.suggestions import suggest_thresholds, suggested_diff
from airflow_provider_rekmedia.core.verdicts.policy import Rule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

ALCOHOL = Rule("Alcohol", block=95.0, review=50.0)
RULES = [ALCOHOL, Rule("Gambling", block=0.0), Rule("default", review=0.0)]


def suggest(blocked, skipped=0, rules=RULES):
    images = reviewed("Alcohol", Decision.REVIEW, blocked=blocked, allowed=0, confidence=80.0)
    images += [decision("no label", "block", confidence=None)]
    images += reviewed("Alcohol", Decision.BLOCK, blocked=9, allowed=0, confidence=97.0)
    images += reviewed("Gambling", Decision.REVIEW, blocked=9, allowed=0)
    return suggest_thresholds(images, {"Alcohol": skipped}, rules, 0.02)


def test_rule_with_enough_reviews_has_a_suggestion():
    (found,) = suggest(300)
    assert (found.rule, found.now, found.suggested, found.violations) == ("Alcohol", 50.0, 80.0, 300)
    assert found.max_loss_pct == 2
    assert found.missing == ""


def test_rule_without_enough_reviews_says_what_is_missing():
    assert [found.missing for found in suggest(200)] == ["28 more confirmed violations"]
    assert [found.missing for found in suggest(300, 5)] == ["decisions about 5 undecided images"]
    high = [Rule("Alcohol", review=90.0)]
    assert [found.missing for found in suggest(300, rules=high)] == [
        "no higher threshold keeps the loss this low"
    ]


def test_suggestions_are_a_diff_of_the_policy():
    document = {"name": "nightly", "labels": {"Alcohol": {"block": 95, "review": 50}}}
    diff = suggested_diff(suggest(300), RULES, document)
    assert "-    review: 50\n+    review: 80" in diff
    assert "     block: 95\n" in diff


def test_without_the_policy_the_diff_has_the_suggested_rules():
    assert suggested_diff(suggest(300), RULES, None).splitlines()[3:] == [
        " labels:",
        "   Alcohol:",
        "     block: 95.0",
        "-    review: 50.0",
        "+    review: 80",
    ]
    assert suggested_diff(suggest(3), RULES, None) == ""
