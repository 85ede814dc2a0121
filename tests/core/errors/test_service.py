from airflow_provider_rekmedia.core.errors import RequestRefused


def test_braces_in_the_texts_of_aws_are_kept_as_they_are():
    error = RequestRefused(operation="Get", code="{code}", message="{0} {advice}", request_id="{}")
    assert "Get was refused: {code}: {0} {advice} (request {})" in str(error)
