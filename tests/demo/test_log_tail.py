"""The end of a log is readable, whoever wrote it."""

from demo.log_tail import tail


def test_plain_lines_stay_as_they_are(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("one\ntwo\n{not json\nthree\n")

    assert tail(log, lines=2) == "{not json\nthree"


def test_a_task_log_is_shown_without_its_json_and_with_the_exception(tmp_path):
    log = tmp_path / "a.log"
    log.write_text(
        '{"level": "error", "event": "Failed", "error_detail": [{"exc_type": "Oops", "exc_value": "full"}]}\n'
        '{"level": "info", "event": "bye", "error_detail": null}\n'
    )

    assert tail(log) == "ERROR Failed Oops: full\nINFO bye"


def test_a_json_line_that_is_no_log_entry_stays_as_it_is(tmp_path):
    log = tmp_path / "a.log"
    log.write_text('[1, 2]\n{"a": 1}\n')

    assert tail(log) == '[1, 2]\n{"a": 1}'


def test_a_missing_log_is_said_to_be_missing(tmp_path):
    assert tail(tmp_path / "a.log") == "(no log was written)"
