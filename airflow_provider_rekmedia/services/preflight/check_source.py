"""Checks that the source can be listed and that its images can be read."""

from collections.abc import Callable, Iterator
from typing import Final, assert_never

from airflow_provider_rekmedia.core.errors import AccessDenied, RekmediaError
from airflow_provider_rekmedia.core.images.source import Images, Inventories, ListFiles, Prefixes
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .state import PreflightState

__all__ = ["check_source"]

#: More prefixes, images or files than this are not checked: preflight takes seconds.
_MAX_CHECKED: Final = 50


def check_source(state: PreflightState) -> Iterator[Finding]:
    """List each prefix, and read the metadata of its first object; or read the metadata of each file."""
    source = state.plan.source
    match source:
        case None:
            return
        case Prefixes(uris):
            check: Callable[[PreflightState, S3Uri], Finding] = _check_prefix
        case Images(uris) | ListFiles(uris) | Inventories(uris):
            check = _check_object
        case _:
            assert_never(source)
    for uri in uris[:_MAX_CHECKED]:
        if uri.bucket not in state.unusable_buckets:
            try:
                yield check(state, uri)
            except RekmediaError as error:
                yield Finding.of_error("source", str(uri), error)
    if len(uris) > _MAX_CHECKED:
        text = f"{len(uris) - _MAX_CHECKED:,} more are not checked here"
        yield Finding(check="source", outcome=Outcome.NOTE, text=text)


def _check_prefix(state: PreflightState, prefix: S3Uri) -> Finding:
    try:
        found = state.clients.objects.list_first(prefix).found
    except AccessDenied as error:
        return _denied(prefix, error, f"s3:ListBucket on arn:aws:s3:::{prefix.bucket}")
    files = [image.uri for image in found if not image.uri.key.endswith("/")]
    if not files:
        return Finding(check="source", subject=str(prefix), outcome=Outcome.NOTE, text="it has no object")
    return _check_object(state, files[0], subject=prefix)


def _check_object(state: PreflightState, uri: S3Uri, subject: S3Uri | None = None) -> Finding:
    shown = subject or uri
    try:
        stored = state.clients.objects.head(uri)
    except AccessDenied as error:
        return _denied(shown, error, f"s3:GetObject on arn:aws:s3:::{shown.bucket}/{shown.key}*")
    if stored is None:
        text = "There is no such object. Correct the source, or the task that writes it."
        return Finding(check="source", subject=str(shown), outcome=Outcome.FAILED, text=text)
    text = "can be read" if subject is None else "can be listed and read"
    return Finding(check="source", subject=str(shown), outcome=Outcome.OK, text=text)


def _denied(uri: S3Uri, error: AccessDenied, permission: str) -> Finding:
    text = f"{error.operation} was denied. Allow {permission} to the identity of the connection."
    return Finding(check="source", subject=str(uri), outcome=Outcome.FAILED, text=text)
