"""
Writes objects on a condition, so that two workers never replace each other's object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import IO, TYPE_CHECKING, Any, Final

from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, ServiceError
from airflow_provider_rekmedia.core.s3_uri import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["ObjectVersion", "put_if_absent", "put_if_unchanged", "read_version"]

#: The object is not as the condition says (412), another write of it is in progress (409), or ``IfMatch`` was
#: sent and there is no object (404).
_REFUSED_BY_CONDITION: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """
    The bytes of a small object.

    :param etag: It changes with the bytes; :func:`put_if_unchanged` compares it.
    :param age_s: Seconds since the object was written. Both times are from the clock of S3, so the clock of
        this machine does not matter. ``None`` if the response has no time.
    """

    body: bytes
    etag: str
    age_s: float | None


def read_version(client: "S3Client", uri: S3Uri) -> ObjectVersion | None:
    """
    Read a whole small object; ``None`` only if S3 says that there is no such key.

    :raises ServiceError: S3 refused for another reason. It is not known whether there is an object.
    """
    try:
        with refusals_of("GetObject", uri):
            response: Any = client.get_object(Bucket=uri.bucket, Key=uri.key)
            return ObjectVersion(response["Body"].read(), response["ETag"], _age_s(response))
    except ObjectUnreadable as error:
        if error.code == "NoSuchKey":
            return None
        raise


def put_if_unchanged(
    client: "S3Client", uri: S3Uri, body: bytes, etag: str | None, **arguments: Any
) -> str | None:
    """
    Write a small object, unless another worker has written it.

    :param etag: ETag of the version that this write replaces; ``None`` if there must be no object.
    :param arguments: Other arguments of PutObject.
    :return: The new ETag; ``None`` if nothing was written. Then read the object again.
    :raises ServiceError: S3 refused for another reason.
    """
    condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
    response = _put(client, uri, body, condition | arguments)
    if response is not None:
        return str(response["ETag"])
    # botocore repeats a request whose response is lost, and S3 refuses the second one. So the object may be
    # the one that the first request wrote.
    found = read_version(client, uri)
    return found.etag if found and found.body == body else None


def put_if_absent(client: "S3Client", uri: S3Uri, body: bytes | IO[bytes], **arguments: Any) -> bool:
    """
    Write an object, unless there is one; return whether it was written.

    :param arguments: Other arguments of PutObject.
    :raises ServiceError: S3 refused for another reason.
    """
    return _put(client, uri, body, {"IfNoneMatch": "*"} | arguments) is not None


def _put(client: "S3Client", uri: S3Uri, body: bytes | IO[bytes], arguments: dict[str, Any]) -> Any:
    """Call PutObject; ``None`` if the condition refused it."""
    try:
        with refusals_of("PutObject", uri):
            return client.put_object(Bucket=uri.bucket, Key=uri.key, Body=body, **arguments)
    except ServiceError as refusal:
        if refusal.code in _REFUSED_BY_CONDITION:
            return None
        raise


def _age_s(response: Any) -> float | None:
    date = response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    if date is None:
        return None
    return float((parsedate_to_datetime(date) - response["LastModified"]).total_seconds())
