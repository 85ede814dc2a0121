import pytest

from airflow_provider_rekmedia.core.errors import JobFailed


@pytest.mark.parametrize("message", ["", "Gone.", "Gone"])
def test_the_message_of_a_failed_job_has_one_full_stop_for_any_text_of_aws(message):
    text = str(JobFailed(job_id="abc", code="THROTTLED", message=message))
    assert ".." not in text
    assert ": ." not in text
    assert "ended FAILED: THROTTLED" in text
