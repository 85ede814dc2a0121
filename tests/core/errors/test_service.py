import pickle

from airflow_provider_rekmedia.core.errors import RequestRefused, Throttled


def test_an_error_has_the_parts_of_the_answer_as_attributes():
    error = Throttled(operation="Get", code="ThrottlingException", message="Slow down", request_id="r-1")
    for same in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301 our own bytes
        assert (same.operation, same.code) == ("Get", "ThrottlingException")
        assert (same.message, same.request_id) == ("Slow down", "r-1")
    assert Throttled(operation="Get", code="X", message="").request_id == "unknown"


def test_braces_in_the_texts_of_aws_are_kept_as_they_are():
    error = RequestRefused(operation="Get", code="{code}", message="{0} {advice}", request_id="{}")
    assert "Get was refused: {code}: {0} {advice} (request {})" in str(error)
