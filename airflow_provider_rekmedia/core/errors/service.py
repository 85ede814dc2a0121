"""Errors of calls that AWS refused."""

from typing import ClassVar, Final

from .tree import RekmediaError

__all__ = [
    "AccessDenied",
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
]


#: AWS documents it for calls above the quota, "Provisioned Rate exceeded", and other codes for other causes.
#: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
_OVER_QUOTA: Final = "ProvisionedThroughputExceededException"


class ServiceError(RekmediaError):
    """
    AWS refused a call.

    :param operation: The operation, for example ``StartMediaAnalysisJob``.
    :param code: The error code of AWS, for example ``AccessDeniedException``.
    :param message: The message of AWS.
    :param request_id: The request id, which AWS support asks for.
    """

    template = "{operation} was refused: {code}: {message} (request {request_id}). {advice}"
    advice: ClassVar[str]

    def __init__(self, *, operation: str, code: str, message: str, request_id: str = "unknown") -> None:
        super().__init__(
            operation=operation, code=code, message=message, request_id=request_id, advice=self.advice
        )
        self.operation = operation
        self.code = code
        self.message = message
        self.request_id = request_id


class Throttled(ServiceError):
    """Too many calls a second."""

    retryable = True
    advice = "Too many calls a second for this account and region: wait, or ask AWS for a higher quota."

    @property
    def is_over_quota(self) -> bool:
        """Whether AWS says that the quota is the cause; else it leaves the cause open."""
        return self.code == _OVER_QUOTA


class Unavailable(ServiceError):
    """The service, or the way to it, had a fault."""

    retryable = True
    advice = "A fault of the service or of the network: try again."


class LimitReached(ServiceError):
    """The account has as many jobs as it may."""

    retryable = True
    advice = "The account has as many concurrent jobs as its quota allows: wait until one ends."


class NotReady(ServiceError):
    """The adapter is not in a usable state yet."""

    retryable = True
    advice = "The adapter (project_version) is still being trained: wait until it says TRAINING_COMPLETED."


class AccessDenied(ServiceError):
    """The caller may not do this, or the account is closed to it."""

    advice = (
        "Allow this call to the connection's identity. If it is StartMediaAnalysisJob and is allowed, the "
        "account may be closed to bulk analysis, as all new ones are since 2026-04-30: take "
        'RekognitionDetectModerationLabelsOperator, or engine="per_image" in moderate_images.'
    )


class NoCredentials(ServiceError):
    """The connection gives no credentials that could sign the call, or none that AWS takes."""

    advice = (
        "Give the Airflow connection (aws_conn_id) credentials, a role or a profile that AWS knows and that "
        "have not expired; and set the worker's clock, if it is minutes off."
    )


class ServiceClosed(ServiceError):
    """The account is closed to bulk analysis, and AWS says so."""

    advice = (
        "AWS admits no new accounts to bulk analysis since 2026-04-30. Image by image is open to all, with "
        'the same files: take RekognitionDetectModerationLabelsOperator, or engine="per_image" in '
        "moderate_images."
    )


class RequestRefused(ServiceError):
    """The service found a fault in the request's fields."""

    advice = "Correct the request; the same one will be refused again."


class ManifestRefused(ServiceError):
    """The service found the manifest empty or too large."""

    advice = (
        "A manifest has 1 to 10,000 images and at most 50 MB: split it, RekognitionCreateManifestOperator "
        "does."
    )


class ObjectUnreadable(ServiceError):
    """The service could not read an object in S3."""

    advice = (
        "Check that the object exists, that its bucket is in the region of the call, and that the "
        "connection's identity may read it (s3:GetObject, and kms:Decrypt where it is encrypted)."
    )


class ImageRefused(ServiceError):
    """The service does not take this image."""

    advice = "An image is a JPEG or PNG of at most 15 MB, 80 to 10,000 pixels a side."


class NotFound(ServiceError):
    """The job, the adapter or the operation does not exist, there where the call went."""

    advice = "Check the id, the region, the endpoint and the account; AWS forgets a job after one year."


class TokenReused(ServiceError):
    """The request token was used before, for another request."""

    advice = (
        "This client_request_token belongs to another request: leave it out, or give each request its own."
    )


class UnknownRefusal(ServiceError):
    """An error code that no operation of ours declares."""

    advice = "This code is not in AWS's documented list for the operation; look it up by its request id."
