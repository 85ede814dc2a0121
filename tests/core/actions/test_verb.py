"""Which outcomes a retry repeats."""

from airflow_provider_rekmedia.core.actions.verb import Outcome


def test_a_retry_repeats_what_may_succeed_later():
    assert {str(each) for each in Outcome if not each.is_final} == {"held", "denied", "failed"}
