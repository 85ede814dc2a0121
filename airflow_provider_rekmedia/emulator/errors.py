"""The errors that the service answers with, and the texts that AWS documents for them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["MESSAGES", "ServiceError"]

#: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AccessDeniedException": "User is not authorized to perform this operation.",
        "IdempotentParameterMismatchException": (
            "The ClientRequestToken: {token} you have supplied is already in use."
        ),
        "ImageTooLargeException": "Image size is too large.",
        "InternalServerError": "Internal server error",
        "InvalidImageFormatException": "Request has invalid image format.",
        "InvalidManifestException": "Request has invalid manifest.",  # no text is documented
        "InvalidPaginationTokenException": "Invalid Pagination Token",
        "InvalidParameterException": "Request has invalid parameters.",
        "InvalidS3ObjectException": (
            "Unable to get object metadata from S3. Check object key, region and/or access permissions."
        ),
        "LimitExceededException": "{open} open Jobs for User {user} Maximum limit: {limit}",
        "ProvisionedThroughputExceededException": "Provisioned Rate exceeded.",
        "ResourceNotFoundException": "The resource id does not exist.",
        "ThrottlingException": "Slow down; sudden increase in rate of requests.",
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
