import argparse

import pytest

from airflow_provider_rekmedia.command_line.connection_options import (
    add_connection_options,
    connected_hook,
    connection_hook,
)
from airflow_provider_rekmedia.core.errors import ConnectionMissing


def parse(*words):
    parser = argparse.ArgumentParser()
    add_connection_options(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize("option", ["--connection", "--conn-id"])
def test_the_hook_has_the_connection_and_the_region(option):
    hook = connection_hook(parse(option, "moderation", "--region", "eu-west-1"))

    assert (hook.aws_conn_id, hook.region_name) == ("moderation", "eu-west-1")


def test_a_connection_that_does_not_exist_is_an_error_before_any_call():
    with pytest.raises(ConnectionMissing, match="no_such_connection"):
        connected_hook(parse("--connection", "no_such_connection"))


def test_a_connection_that_exists_is_used(aws):
    assert connected_hook(parse()).aws_conn_id == "aws_default"
