from airflow_provider_rekmedia.core.errors import InvalidInput, UnexpectedAnswer
from airflow_provider_rekmedia.core.source_errors import OverBudget, UnreadableLedger


def test_a_budget_that_is_exceeded_tells_the_figures_and_the_way_out():
    error = OverBudget(images=7, usd="0.01", argument="max_cost", limit=0.005)
    assert isinstance(error, InvalidInput)
    assert "7 images" in str(error)
    assert "max_cost=0.005" in str(error)
    assert "dry_run" in str(error)


def test_a_damaged_ledger_is_nothing_that_a_retry_can_help():
    error = UnreadableLedger(uri="s3://b/x", problem="cut off")
    assert isinstance(error, UnexpectedAnswer)
    assert not error.retryable
