"""The table names every fault, and the exit status says whether there is one."""

import pytest

from airflow_provider_rekmedia.command_line.program import main

RUN = ["--source", "s3://photos/uploads/", "--output", "s3://photos/out/", "--engine", "bulk"]


def printed_rows(capsys):
    """The table, without the logs of loggers that Airflow created before the command."""
    return [line for line in capsys.readouterr().out.splitlines() if "[info " not in line]


def test_a_sound_set_up_is_status_0(night, aws, capsys):
    assert main(["doctor", *RUN, "--policy", "social_network"]) == 0

    *rows, _, last = printed_rows(capsys)
    assert {row.split()[0] for row in rows} == {"ok"}
    assert last == "Nothing is wrong."


def test_several_faults_are_in_one_table(night, aws, capsys):
    aws.deny("s3:PutObject", "photos/out/verdicts/*")
    aws.inject("closed", message="not available to this account")

    assert main(["doctor", *RUN, "--policy", "social_netwrk", "--kms-key-id", "k"]) == 1

    rows = " ".join(capsys.readouterr().out.split())
    for text in ("Failed: 3 of", "social_network", "s3://photos/out/verdicts/", "closed bulk analysis"):
        assert text in rows


@pytest.mark.parametrize("option", [["--connection", "no_such_connection"], ["--max-cost", "0.001"]])
def test_a_fault_is_status_1(night, aws, capsys, option):
    assert main(["doctor", *RUN, *option]) == 1

    assert "FAILED" in capsys.readouterr().out
