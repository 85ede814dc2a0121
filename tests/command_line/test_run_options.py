import argparse

import pytest

from airflow_provider_rekmedia.command_line.run_options import add_run_options, run_arguments
from airflow_provider_rekmedia.core.errors import InvalidArgument


def parse(*words):
    parser = argparse.ArgumentParser()
    add_run_options(parser)
    return run_arguments(parser.parse_args(["--output", "s3://b/out", *words]))


def test_a_slash_is_added_to_the_output():
    assert parse("--source", "s3://b/in/").analysis["output"] == "s3://b/out/jobs/"


def test_several_sources_are_a_list():
    found = parse("--source", "s3://b/1/", "--source", "s3://b/2/")

    assert found.manifest["source"] == ["s3://b/1/", "s3://b/2/"]


def test_actions_are_pairs():
    found = parse("--source", "s3://b/in/", "--action", "block=move", "--action", "review=tag")

    assert found.actions["actions"] == {"block": "move", "review": "tag"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--action", "move"], "block=move"),
        (
            ["--action", "block=move", "--action", "block=tag"],
            "--action='block=tag' .* block=move is another",
        ),
        (["--output", ""], "--output='' .* it does not start with s3://"),
        (["--output", "s3://"], "--output='s3://' .* it names no bucket"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(words, message):
    with pytest.raises(InvalidArgument, match=message):
        parse("--source", "s3://b/in/", *words)
