"""
Feeds the readers what libFuzzer finds, guided by the branches that it reaches.

    python tests/fuzz/fuzz_readers.py READER [libFuzzer's options]

A reader keeps its promise when it returns a value or raises an error of ours, whatever the bytes, and when
what is read in blocks is what is read line by line. Anything else stops the run, and leaves the bytes in a
file.
"""

import contextlib
import sys

import atheris

with atheris.instrument_imports(include=["airflow_provider_rekmedia", "yaml"]):
    from airflow_provider_rekmedia.adapters.results.policy_yaml import read_policy_yaml
    from airflow_provider_rekmedia.core.errors import RekmediaError
    from airflow_provider_rekmedia.core.images.ledger import decode_entry
    from airflow_provider_rekmedia.core.images.manifest import decode_manifest_line
    from airflow_provider_rekmedia.core.jobs.submission_record import decode_record
    from airflow_provider_rekmedia.core.per_image.settled_image import decode_settled
    from airflow_provider_rekmedia.core.results.image_result import (
        ImageResult,
        decode_result_line,
        decode_results,
    )
    from airflow_provider_rekmedia.core.results.summary import decode_summary
    from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy


def results(data):
    """Blocks are read as their lines would be, one by one."""
    found, bad, _ = decode_results(data, 1)
    lines = data.split(b"\n")
    expected = [decode_result_line(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    assert found == [each for each in expected if isinstance(each, ImageResult)]
    assert bad == [each for each in expected if not isinstance(each, ImageResult)]


def manifest(data):
    """A line is a uri, or none."""
    uri = decode_manifest_line(data)
    assert uri is None or isinstance(uri, str)


def summary(data):
    """Errors that cannot be read are told as they stand."""
    for error in decode_summary(data, "s3://b/k").errors:
        assert isinstance(error.code, str)
        assert error.line_number is None or isinstance(error.line_number, int)


def ledger(data):
    """An entry is one, or damaged."""
    decode_entry(data, "s3://b/k")


def record(data):
    """A record of a submission is one, or damaged."""
    decode_record(data, "s3://b/k")


def journal(data):
    """A part of a per-image journal is one, or damaged."""
    decode_settled(data, "s3://b/k")


def policy(data):
    """A policy is one, or refused."""
    parse_policy(read_policy_yaml(data, "policy.yaml"))


READERS = {each.__name__: each for each in (results, manifest, summary, ledger, record, journal, policy)}


def guarded(reader):
    """An error of ours is an answer."""

    def feed(data):
        with contextlib.suppress(RekmediaError):
            reader(data)

    return feed


if __name__ == "__main__":
    chosen = READERS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, guarded(chosen))
    atheris.Fuzz()
