"""Only the source and the cost of a stored report."""

import pytest

from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.report.report_file import decode_reported_run


def test_a_damaged_report_is_an_error_with_its_uri():
    with pytest.raises(UnreadableReport, match=r"s3://b/report\.json"):
        decode_reported_run(b"{", "s3://b/report.json")
