"""Every class of the error tree, and an instance of each."""

from string import Formatter

from airflow_provider_rekmedia.core.errors import JobFailed, PreflightFailed, RekmediaError, ServiceError
from airflow_provider_rekmedia.core.s3_uri import S3Uri

#: Fields whose type matters for the message. All other fields get text.
_VALUES = {"uri": S3Uri("bucket", "key"), "size_bytes": 60_000_000, "limit_bytes": 50_000_000}


def all_classes():
    """The classes of the tree, parents first."""
    found = [RekmediaError]
    for kind in found:
        found += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("airflow_provider_rekmedia.")]


def leaves():
    """The classes without subclasses, which are the ones that are raised."""
    return [kind for kind in all_classes() if not kind.__subclasses__()]


def build(kind):
    """Return an error of a class with all its fields."""
    if issubclass(kind, ServiceError):
        return kind(operation="StartMediaAnalysisJob", code="Code", message="A message", request_id="r-1")
    if kind is JobFailed:
        return kind(job_id="abc", code="THROTTLED", message="A message.")
    if kind is PreflightFailed:
        return kind(problems=1, temporary=1, listed="1. policy: it is throttled. Wait.")
    names = {name for _, name, _, _ in Formatter().parse(kind.template) if name}
    return kind(**{name: _VALUES.get(name, f"<{name}>") for name in names})
