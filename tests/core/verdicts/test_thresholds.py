import pytest

from airflow_provider_rekmedia.core.errors import InvalidPolicy
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.thresholds import check_thresholds


def policy(rule):
    return parse_policy({"labels": {"Explicit": rule}})


@pytest.mark.parametrize(
    ("rule", "min_confidence"),
    [({"block": 80, "review": 30}, None), ({"review": 60}, 70), ({"block": 60}, 70.5)],
)
def test_a_threshold_below_the_confidence_of_the_job_is_refused(rule, min_confidence):
    with pytest.raises(InvalidPolicy, match=r"Explicit: .* no label below .* set min_confidence to"):
        check_thresholds(policy(rule), min_confidence)


def test_a_threshold_of_a_content_type_is_checked_too():
    document = {"content_types": {"Illustrated": {"labels": {"Explicit": {"block": 40}}}}}

    with pytest.raises(InvalidPolicy, match="Illustrated: Explicit"):
        check_thresholds(parse_policy(document), None)


@pytest.mark.parametrize(
    ("rule", "min_confidence"),
    [("block", 70), ("review", None), ({"block": 50}, None), ({"block": 0}, None), ({"block": 30}, 30)],
)
def test_a_rule_of_one_word_and_a_threshold_that_the_job_reaches_are_accepted(rule, min_confidence):
    check_thresholds(policy(rule), min_confidence)
