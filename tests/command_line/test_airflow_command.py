import argparse

import pytest

from airflow_provider_rekmedia.command_line.airflow_command import get_cli_commands


def parse(*words):
    (command,) = get_cli_commands()
    parser = argparse.ArgumentParser()
    for argument in command.args:
        argument.add_to_parser(parser)
    return command, parser.parse_args(words)


def test_airflow_passes_the_options_of_the_command_on(capsys):
    command, parsed = parse("policy", "show", "children")

    with pytest.raises(SystemExit) as end:
        command.func(parsed)

    assert (command.name, end.value.code) == ("rekmedia", 0)
    assert "name: children" in capsys.readouterr().out


def test_the_help_names_the_program_that_the_user_called(capsys):
    command, parsed = parse("iam", "--help")

    with pytest.raises(SystemExit):
        command.func(parsed)

    assert "usage: airflow rekmedia iam" in capsys.readouterr().out


def test_a_failed_command_is_an_exit_status(capsys):
    command, parsed = parse("policy", "check", "no_such_policy")

    with pytest.raises(SystemExit) as end:
        command.func(parsed)

    assert end.value.code == 1
