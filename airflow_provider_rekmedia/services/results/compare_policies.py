"""Judges stored results by two policies, and counts the differences. Rekognition is not called."""

from collections.abc import Iterable, Iterator
from typing import Final

from airflow_provider_rekmedia.adapters.results.result_files import iter_stored_results
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix, parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.policy import Policy
from airflow_provider_rekmedia.core.verdicts.policy_diff import PolicyDiff

__all__ = ["compare_policies"]

_RESULTS: Final = "results.jsonl"


def compare_policies(old: Policy, new: Policy, results: Iterable[str], objects: S3Objects) -> PolicyDiff:
    """
    Compare two policies over results.

    :param results: Uris of results files, or of prefixes with a slash at their end: then every file below
        whose name ends in ``results.jsonl``.
    :raises InvalidArgument: A prefix has no such file.
    :raises InvalidJob: A file is a manifest.
    :raises ServiceError: S3 refused.
    """
    diff = PolicyDiff(old, new)
    for uri in results:
        for file in _iter_files(uri, objects):
            for outcomes in iter_stored_results(file, objects):
                diff.add(outcomes.results, sum(failure.is_line for failure in outcomes.failures))
    return diff


def _iter_files(uri: str, objects: S3Objects) -> Iterator[S3Uri]:
    if not uri.endswith("/"):
        yield parse_s3_uri(uri)
        return
    found = [stored.uri for stored in objects.iter_objects(parse_s3_prefix(uri))]
    files = [file for file in found if file.key.endswith(_RESULTS)]
    if not files:
        problem = f"it has no file whose name ends in {_RESULTS}; name the files themselves"
        raise InvalidArgument(argument="--results", value=uri, problem=problem)
    yield from files
