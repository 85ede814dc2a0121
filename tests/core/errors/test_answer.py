from airflow_provider_rekmedia.core.errors import UnexpectedAnswer, UnreadableLedger


def test_a_damaged_ledger_is_not_retried():
    error = UnreadableLedger(uri="s3://b/x", problem="cut off")
    assert isinstance(error, UnexpectedAnswer)
    assert not error.retryable
