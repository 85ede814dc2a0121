"""Errors of calls that AWS refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final, Self

from .tree import RekmediaError

__all__ = [
    "AccessDenied",
    "HostNotFound",
    "ImageRefused",
    "LimitReached",
    "ManifestRefused",
    "NoCredentials",
    "NotFound",
    "NotReady",
    "ObjectUnreadable",
    "RequestRefused",
    "ServiceClosed",
    "ServiceError",
    "Throttled",
    "TokenReused",
    "Unavailable",
    "UnknownRefusal",
    "naming_argument",
]


#: AWS documents this code for calls above the quota ("Provisioned Rate exceeded"), and other codes for other
#: causes of throttling.
#: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
#: (unknown: throttle-error)
_OVER_QUOTA: Final = "ProvisionedThroughputExceededException"


class ServiceError(RekmediaError):
    """
    AWS refused a call.

    :param operation: The operation, for example ``StartMediaAnalysisJob``.
    :param code: The error code of AWS, for example ``AccessDeniedException``.
    :param message: The message of AWS.
    :param request_id: The request id, which AWS support asks for.
    :param target: What the call concerns, for example ``s3://bucket/key``; ``""`` if the operation says it.
    :param argument: The argument of the operator that names the target; ``""`` if it is not known.
    """

    template = "{call} was refused: {reason} (request {request_id}). {advice}"
    advice: ClassVar[str]

    def __init__(
        self,
        *,
        operation: str,
        code: str,
        message: str,
        request_id: str = "unknown",
        target: str = "",
        argument: str = "",
        **fields: str,
    ) -> None:
        # Fields without a value are left out: an older version must be able to read the event of a trigger.
        known = {name: value for name, value in (("target", target), ("argument", argument)) if value}
        super().__init__(
            operation=operation,
            code=code,
            message=message,
            request_id=request_id,
            advice=self.advice,
            reason=f"{code}: {message}",
            call=operation
            + (f" of {target}" if target else "")
            + (f" (argument {argument})" if argument else ""),
            **known,
            **fields,
        )
        self.operation = operation
        self.code = code
        self.message = message
        self.request_id = request_id
        self.target = target
        self.argument = argument

    def for_argument(self, argument: str) -> Self:
        """Return the same error with the name of the argument that the call is for; the first name stays."""
        return type(self)(**{"argument": argument} | self.fields)


@contextmanager
def naming_argument(argument: str) -> Iterator[None]:
    """
    Add the name of an argument to the errors of the calls in the block.

    :raises ServiceError: What the block raised, with the name.
    """
    try:
        yield
    except ServiceError as error:
        raise error.for_argument(argument) from error.__cause__


class Throttled(ServiceError):
    """Too many calls a second."""

    retryable = True
    advice = "Too many calls a second for this account and region: wait, or ask AWS for a higher quota."

    @property
    def is_over_quota(self) -> bool:
        """Whether AWS names the quota as the cause. Otherwise the cause is unknown."""
        return self.code == _OVER_QUOTA


class Unavailable(ServiceError):
    """The service or the network had a fault."""

    retryable = True
    advice = "A fault of the service or of the network. A retry can succeed."


class LimitReached(ServiceError):
    """The account has as many jobs as its quota allows."""

    retryable = True
    advice = "The account has as many concurrent jobs as its quota allows. Wait until one ends."


class NotReady(ServiceError):
    """The adapter is not ready yet."""

    retryable = True
    advice = "The adapter (project_version) is in training. Wait until its status is TRAINING_COMPLETED."


class AccessDenied(ServiceError):
    """The caller must not make this call, or the account is closed to it."""

    advice = (
        "Allow this call to the identity of the connection. If the call is StartMediaAnalysisJob and is "
        "allowed, the account may be closed to bulk analysis, as all new ones are since 2026-04-30: use "
        'RekognitionDetectModerationLabelsOperator, or engine="per_image" in moderate_images.'
    )


class HostNotFound(ServiceError):
    """The host name of the endpoint does not exist. A wait ends at once."""

    retryable = True
    advice = (
        "No DNS server knows the host of this endpoint. Check that Rekognition is available in this region "
        "(region_name), and check the endpoint_url of the connection."
    )


class NoCredentials(ServiceError):
    """
    The connection has no credentials at the moment, or AWS does not accept them.

    A source of credentials (instance metadata, a role, a token) may be unavailable for minutes. So waits
    continue, and a retry can help.

    :param connection: The Airflow connection, for the message.
    """

    retryable = True
    template = (
        "{call} was refused: {reason} (request {request_id}). Check the Airflow connection "
        "({connection}): {advice}"
    )
    advice = (
        "it needs valid keys, a role or a profile. Check that they have not expired, and that the clock of "
        "the worker is right."
    )

    def __init__(self, *, connection: str = "aws_conn_id", **fields: str) -> None:
        super().__init__(**fields, connection=connection)

    def of_connection(self, aws_conn_id: str | None) -> "NoCredentials":
        """Return this error with the id of the connection in its message."""
        return NoCredentials(**self.fields | {"connection": f"aws_conn_id={aws_conn_id!r}"})


class ServiceClosed(ServiceError):
    """AWS says that the account is closed to bulk analysis."""

    advice = (
        "AWS closed bulk analysis to new accounts on 2026-04-30. The per-image engine works for all accounts "
        'and writes the same files: use RekognitionDetectModerationLabelsOperator, or engine="per_image" in '
        "moderate_images."
    )


class RequestRefused(ServiceError):
    """The service refused a field of the request."""

    advice = "Correct the request. AWS refuses the same request again."


class ManifestRefused(ServiceError):
    """The service refused the manifest as empty or too large."""

    advice = (
        "A manifest has 1 to 10,000 images and at most 50 MB. Let RekognitionCreateManifestOperator split it."
    )


class ObjectUnreadable(ServiceError):
    """The service could not read an object in S3."""

    advice = (
        "Check that the object exists, that its bucket is in the region of the call, and that the "
        "connection's identity may read it (s3:GetObject, and kms:Decrypt if it is encrypted)."
    )


class ImageRefused(ServiceError):
    """The service refused this image."""

    advice = "An image is a JPEG or PNG of at most 15 MB, 80 to 10,000 pixels a side."


class NotFound(ServiceError):
    """The job, the adapter or the operation does not exist at the endpoint of the call."""

    advice = "Check the id, the region, the endpoint and the account. AWS keeps a job for one year."


class TokenReused(ServiceError):
    """The request token was used before, for another request."""

    advice = "This client_request_token belongs to another request. Omit it, or use one token per request."


class UnknownRefusal(ServiceError):
    """The error code is not documented for any operation that this package calls."""

    advice = "AWS does not document this code for the operation. Contact AWS support with the request id."
