from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.core.preflight.report import format_findings

OK = Finding(check="region", subject="us-east-1", outcome=Outcome.OK, text="has Rekognition")
FAILED = Finding(check="write", outcome=Outcome.FAILED, text="denied " * 30)


def test_a_table_has_a_row_for_each_finding_and_ends_with_the_number_of_failures():
    *rows, empty, last = format_findings([OK, FAILED]).splitlines()

    assert rows[0] == "ok      region  us-east-1: has Rekognition"
    assert rows[1].startswith("FAILED  write   denied denied")
    assert len(rows) > 2
    assert all(len(row) <= 110 for row in rows)
    assert rows[2].startswith(" " * 16)
    assert (empty, last) == ("", "Failed: 1 of 2 checks.")


def test_without_a_failure_the_last_line_says_so():
    assert format_findings([OK]).endswith("\n\nNothing is wrong.")
    assert format_findings([]).endswith("Nothing is wrong.")
