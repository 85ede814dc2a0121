"""Rekognition's errors, with the messages that AWS documents."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["MESSAGES", "ErrorCode", "ServiceError"]


class ErrorCode(StrEnum):
    """
    Error names as clients receive them.

    All are in botocore's model of Rekognition, except the last four, which AWS services share.
    """

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
    EXPIRED_TOKEN = "ExpiredTokenException"  # noqa: S105 - the name of an error
    SERIALIZATION = "SerializationException"
    UNRECOGNIZED_CLIENT = "UnrecognizedClientException"
    VALIDATION = "ValidationException"


#: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ErrorCode.ACCESS_DENIED: "User is not authorized to perform this operation.",
        ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH: (
            "The ClientRequestToken: {token} you have supplied is already in use."
        ),
        ErrorCode.IMAGE_TOO_LARGE: "Image size is too large.",
        ErrorCode.INTERNAL_SERVER_ERROR: "Internal server error",
        ErrorCode.INVALID_IMAGE_FORMAT: "Request has invalid image format.",
        ErrorCode.INVALID_MANIFEST: "Request has invalid manifest.",  # AWS documents no message
        ErrorCode.INVALID_PAGINATION_TOKEN: "Invalid Pagination Token",
        ErrorCode.INVALID_PARAMETER: "Request has invalid parameters.",
        ErrorCode.INVALID_S3_OBJECT: (
            "Unable to get object metadata from S3. Check object key, region and/or access permissions."
        ),
        ErrorCode.LIMIT_EXCEEDED: "{open} open Jobs for User {user} Maximum limit: {limit}",
        ErrorCode.PROVISIONED_THROUGHPUT_EXCEEDED: "Provisioned Rate exceeded.",
        ErrorCode.RESOURCE_NOT_FOUND: "The resource id does not exist.",
        ErrorCode.THROTTLING: "Slow down; sudden increase in rate of requests.",
        ErrorCode.EXPIRED_TOKEN: "The security token included in the request is expired",
        ErrorCode.UNRECOGNIZED_CLIENT: "The security token included in the request is invalid.",
    }
)


class ServiceError(Exception):
    """
    An error response of the service.

    :param code: the error name; usually a member of :class:`ErrorCode`.
    :param message: ``None`` uses AWS's documented message.
    :param status: HTTP status; ``None`` uses the default of the code: 500 for server errors, else 400.
    """

    def __init__(self, code: str, message: str | None = None, *, status: int | None = None) -> None:
        self.code = code
        self.message = MESSAGES.get(code, code) if message is None else message
        self.status = status
        super().__init__(f"{code}: {self.message}")
