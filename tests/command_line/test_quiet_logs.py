import logging

import pytest

from airflow_provider_rekmedia.command_line.quiet_logs import quiet_logs


def test_only_errors_are_logged_and_standard_output_stays_clean(capsys, caplog, monkeypatch):
    monkeypatch.setenv("AIRFLOW__LOGGING__LOGGING_LEVEL", "INFO")

    with quiet_logs():
        print("a log of Airflow")  # noqa: T201 as Airflow's logger does
        logging.getLogger("a").warning("quiet")
        logging.getLogger("a").error("loud")

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("a log of Airflow\n")  # Airflow 2 logs the error to it, too
    assert "quiet" not in err.replace("test_quiet_logs.py", "")
    assert [record.message for record in caplog.records] == ["loud"]


def test_logs_are_as_before_after_an_error(caplog):
    with pytest.raises(ValueError, match="x"), quiet_logs():
        raise ValueError("x")  # noqa: EM101

    logging.getLogger("a").warning("again")
    assert [record.message for record in caplog.records] == ["again"]
