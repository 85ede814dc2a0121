from core.verify.job_ends import mixed, result

from airflow_provider_rekmedia.core.verify.outcome import Refusal


def test_a_refusal_names_operation_code_and_message():
    assert str(Refusal("Op", "Code", "message")) == "Op: Code: message"


def test_the_error_of_a_role_is_found_by_its_uri():
    end = mixed()

    assert end.error_of("too small")["code"] == "too small"
    assert end.error_of("plain") is None
    assert end.error_of("no such role") is None


def test_a_summary_without_errors_has_none():
    assert not mixed(summary={"errors": None}).errors


def test_labels_of_an_image():
    end = mixed(results=[result("a", ("Pills", 60.0)), result("b", ("Smoking", 70.0))])

    assert list(end.iter_labels("a")) == [("Pills", 60.0)]
