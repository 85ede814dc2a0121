from core.report.reports import night_of, report_of

from airflow_provider_rekmedia.core.report.headline import alarm_text, headline, needs_person
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

FAILED = [ImageFailure(None, "X", "m")] * 7


def test_the_headline_has_the_verdicts_and_the_cost():
    assert headline(report_of(night_of(20, 30, 1_950), FAILED)) == (
        "37 of 2,007 images need a person. 20 blocked, 30 to review, 1,950 allowed, 7 not analyzed. "
        "About $2.00 for this run, $2.00 in 2026-11."
    )


def test_images_that_were_not_analyzed_need_a_person_only_if_the_policy_reviews_them():
    policy = parse_policy({"labels": {"Alcohol": "review"}, "not_analyzed": "block"})
    assert needs_person(report_of(night_of(0, 3, 1), FAILED, policy=policy)) == 3
    assert needs_person(report_of(night_of(0, 3, 1), FAILED)) == 10


def test_an_alarm_names_what_changed():
    calm = [report_of(night_of(4, 10, 186), night=night) for night in range(8)]
    shifted = report_of(night_of(20, 10, 170), night=8, reports=calm)
    assert alarm_text(shifted) == (
        "The verdicts differ from earlier runs by more than chance: blocked 10.0 % instead of 2.0 %."
    )
    assert alarm_text(calm[0]) == ""
