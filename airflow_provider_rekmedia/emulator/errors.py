"""The errors that the service answers with, and the texts that AWS documents for them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["MESSAGES", "Code", "ServiceError"]


class Code(StrEnum):
    """Names of errors, as they travel; all are in the service's model but the last two."""

    ACCESS_DENIED = "AccessDeniedException"
    IDEMPOTENT_PARAMETER_MISMATCH = "IdempotentParameterMismatchException"
    IMAGE_TOO_LARGE = "ImageTooLargeException"
    INTERNAL_SERVER_ERROR = "InternalServerError"
    INVALID_IMAGE_FORMAT = "InvalidImageFormatException"
    INVALID_MANIFEST = "InvalidManifestException"
    INVALID_PAGINATION_TOKEN = "InvalidPaginationTokenException"  # noqa: S105 - the name of an error
    INVALID_PARAMETER = "InvalidParameterException"
    INVALID_S3_OBJECT = "InvalidS3ObjectException"
    LIMIT_EXCEEDED = "LimitExceededException"
    PROVISIONED_THROUGHPUT_EXCEEDED = "ProvisionedThroughputExceededException"
    RESOURCE_NOT_FOUND = "ResourceNotFoundException"
    THROTTLING = "ThrottlingException"
    SERIALIZATION = "SerializationException"
    VALIDATION = "ValidationException"


#: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Code.ACCESS_DENIED: "User is not authorized to perform this operation.",
        Code.IDEMPOTENT_PARAMETER_MISMATCH: (
            "The ClientRequestToken: {token} you have supplied is already in use."
        ),
        Code.IMAGE_TOO_LARGE: "Image size is too large.",
        Code.INTERNAL_SERVER_ERROR: "Internal server error",
        Code.INVALID_IMAGE_FORMAT: "Request has invalid image format.",
        Code.INVALID_MANIFEST: "Request has invalid manifest.",  # no text is documented
        Code.INVALID_PAGINATION_TOKEN: "Invalid Pagination Token",
        Code.INVALID_PARAMETER: "Request has invalid parameters.",
        Code.INVALID_S3_OBJECT: (
            "Unable to get object metadata from S3. Check object key, region and/or access permissions."
        ),
        Code.LIMIT_EXCEEDED: "{open} open Jobs for User {user} Maximum limit: {limit}",
        Code.PROVISIONED_THROUGHPUT_EXCEEDED: "Provisioned Rate exceeded.",
        Code.RESOURCE_NOT_FOUND: "The resource id does not exist.",
        Code.THROTTLING: "Slow down; sudden increase in rate of requests.",
    }
)


class ServiceError(Exception):
    """
    An answer that is an error.

    :param code: the error's name in the service model, or one that is not modelled.
    :param message: the text; AWS's own when ``None``.
    :param status: HTTP; ``None`` lets the envelope decide: 500 for the service's faults, else 400.
    """

    def __init__(self, code: str, message: str | None = None, *, status: int | None = None) -> None:
        self.code = code
        self.message = MESSAGES.get(code, code) if message is None else message
        self.status = status
        super().__init__(f"{code}: {self.message}")
