"""The end of a log is readable, in plain text and in JSON."""

from airflow_provider_rekmedia.demo.local_airflow.log_tail import format_entry, read_log_tail


def test_plain_lines_are_unchanged(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("one\ntwo\n{not json\nthree\n")

    assert read_log_tail(log, lines=2) == "{not json\nthree"


def test_a_task_log_is_shown_as_text_with_the_exception(tmp_path):
    log = tmp_path / "a.log"
    log.write_text(
        '{"level": "error", "event": "Failed", "error_detail": [{"exc_type": "Oops", "exc_value": "full"}]}\n'
        '{"level": "info", "event": "bye", "error_detail": null}\n'
    )

    assert read_log_tail(log) == "ERROR Failed Oops: full\nINFO bye"


def test_a_json_line_that_is_not_a_log_entry_is_unchanged(tmp_path):
    log = tmp_path / "a.log"
    log.write_text('[1, 2]\n{"a": 1}\n')

    assert read_log_tail(log) == '[1, 2]\n{"a": 1}'


def test_a_missing_log_is_reported(tmp_path):
    assert read_log_tail(tmp_path / "a.log") == "(no log was written)"


def test_an_entry_without_level_is_its_event():
    assert (
        format_entry({"event": "::group::Log message source details"})
        == "::group::Log message source details"
    )
