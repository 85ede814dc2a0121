"""Writes, reads and deletes a probe object in every prefix that the run writes to."""

from collections.abc import Callable, Iterator
from typing import Final

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, ServiceError
from airflow_provider_rekmedia.core.preflight.cures import PROBE_NAME, denied_write
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.core.preflight.planned_run import PlannedWrite
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .state import PreflightState

__all__ = ["check_writes"]

_BODY: Final = b"A preflight check wrote this object, and could not delete it. You can delete it.\n"


def check_writes(state: PreflightState) -> Iterator[Finding]:
    """Check each prefix with the key that will encrypt its objects."""
    for write in state.plan.writes:
        if write.prefix.bucket not in state.unusable_buckets:
            yield from _check_write(write, state.clients.objects.encrypted_with(write.kms_key_id))


def _check_write(write: PlannedWrite, objects: S3Objects) -> Iterator[Finding]:
    probe = write.prefix.join(PROBE_NAME)
    subject = f"{write.argument} {write.prefix}"
    failures = list(_iter_failures(write, objects, probe, subject))
    yield from failures
    if not any(finding.outcome is Outcome.FAILED for finding in failures):
        key = f", encrypted with {write.kms_key_id}" if write.kms_key_id else ""
        text = f"can be written{key}"
        yield Finding(check="write", subject=subject, outcome=Outcome.OK, text=text)


def _iter_failures(write: PlannedWrite, objects: S3Objects, probe: S3Uri, subject: str) -> Iterator[Finding]:
    def attempt(call: Callable[[], object]) -> Finding | None:
        try:
            call()
        except ServiceError as error:
            return denied_write(subject, write.prefix, error, kms_key_id=write.kms_key_id)
        return None

    if "list" in write.needs and (denied := attempt(lambda: objects.list_first(probe))):
        yield denied
    if refused := attempt(lambda: objects.put(probe, _BODY, "text/plain")):
        yield refused
        return  # there is no probe to read or to delete
    if "get" in write.needs and (unreadable := attempt(lambda: _read(objects, probe))):
        yield unreadable
    undeleted = attempt(lambda: objects.delete(probe))
    if undeleted and "delete" in write.needs:
        yield undeleted
    elif undeleted:
        text = f"{PROBE_NAME} stays there, because s3:DeleteObject is denied. The run does not need it."
        yield Finding(check="write", subject=subject, outcome=Outcome.NOTE, text=text)


def _read(objects: S3Objects, probe: S3Uri) -> None:
    """Read the probe; another run may have deleted it at this moment."""
    try:
        objects.read(probe)
    except ObjectUnreadable as error:
        if error.code != "NoSuchKey":
            raise
