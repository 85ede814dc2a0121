"""
Fuzz the readers with libFuzzer, guided by branch coverage.

    python tests/fuzz/fuzz_readers.py READER [libFuzzer's options]

For any bytes, a reader must return a value or raise a ``RekmediaError``. Reading in blocks must give the same
values as reading line by line. Anything else stops the run, and the bytes are saved in a file.
"""

import contextlib
import sys

import atheris

with atheris.instrument_imports(include=["airflow_provider_rekmedia", "yaml"]):
    from airflow_provider_rekmedia.adapters.results.policy_yaml import read_policy_yaml
    from airflow_provider_rekmedia.core.actions.action_record import (
        decode_header,
        decode_intents,
        decode_outcomes,
        encode_header,
        encode_records,
    )
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
    """A block gives the same values as its lines, decoded one by one."""
    found, bad, _ = decode_results(data, 1)
    lines = data.split(b"\n")
    expected = [decode_result_line(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    assert found == [each for each in expected if isinstance(each, ImageResult)]
    assert bad == [each for each in expected if not isinstance(each, ImageResult)]


def manifest(data):
    """A line gives a URI or None."""
    uri = decode_manifest_line(data)
    assert uri is None or isinstance(uri, str)


def summary(data):
    """An entry that cannot be decoded becomes an error with a text code."""
    for error in decode_summary(data, "s3://b/k").errors:
        assert isinstance(error.code, str)
        assert error.line_number is None or isinstance(error.line_number, int)


def ledger(data):
    """An entry is decoded, or refused as damaged."""
    decode_entry(data, "s3://b/k")


def record(data):
    """A submission record is decoded, or refused as damaged."""
    decode_record(data, "s3://b/k")


def journal(data):
    """A part of a per-image journal is decoded, or refused as damaged."""
    decode_settled(data, "s3://b/k")


def action_log(data):
    """A file of an action log is refused as damaged, or it can be decoded and encoded again."""
    for decode in (decode_outcomes, decode_intents):
        with contextlib.suppress(RekmediaError):
            records = decode(data, "s3://b/k")
            assert decode(encode_records(records), "s3://b/k") == records
    header = decode_header(data, "s3://b/k")
    assert decode_header(encode_header(header), "s3://b/k") == header


def policy(data):
    """A policy is parsed, or refused."""
    parse_policy(read_policy_yaml(data, "policy.yaml"))


READERS = {
    each.__name__: each for each in (results, manifest, summary, ledger, record, journal, action_log, policy)
}


def guarded(reader):
    """Suppress the errors that a reader may raise."""

    def feed(data):
        with contextlib.suppress(RekmediaError):
            reader(data)

    return feed


if __name__ == "__main__":
    chosen = READERS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, guarded(chosen))
    atheris.Fuzz()
