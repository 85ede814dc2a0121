"""Which outcomes a retry repeats, and which are failures."""

from airflow_provider_rekmedia.core.actions.verb import Outcome


def test_a_retry_repeats_what_may_succeed_later():
    assert {str(each) for each in Outcome if not each.is_final} == {"held", "denied", "failed"}


def test_a_hold_is_not_a_failure():
    assert {str(each) for each in Outcome if each.is_failure} == {"denied", "failed"}
