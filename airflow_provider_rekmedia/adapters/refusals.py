"""Translates botocore's errors to errors of this package. No other module catches botocore's errors."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 botocore's class, not Python's
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    InvalidRegionError,
    MetadataRetrievalError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    HostNotFound,
    ImageRefused,
    InvalidRegion,
    LimitReached,
    ManifestRefused,
    NoCredentials,
    NotFound,
    NotReady,
    ObjectUnreadable,
    RequestRefused,
    ServiceClosed,
    ServiceError,
    Throttled,
    TokenReused,
    Unavailable,
    UnknownRefusal,
)
from airflow_provider_rekmedia.core.untrusted_text import show_text

__all__ = ["client_errors", "http_status", "refusal_from", "refusals_of"]

_KIND_OF: Final[dict[str, type[ServiceError]]] = {
    # Rekognition, as its service model declares them
    "AccessDeniedException": AccessDenied,
    "HumanLoopQuotaExceededException": LimitReached,
    # (unknown: reused-token)
    "IdempotentParameterMismatchException": TokenReused,
    "ImageTooLargeException": ImageRefused,
    "InternalServerError": Unavailable,
    "InvalidImageFormatException": ImageRefused,
    "InvalidManifestException": ManifestRefused,
    "InvalidPaginationTokenException": RequestRefused,
    "InvalidParameterException": RequestRefused,
    "InvalidS3ObjectException": ObjectUnreadable,
    "LimitExceededException": LimitReached,
    "ProvisionedThroughputExceededException": Throttled,
    "ResourceNotFoundException": NotFound,
    "ResourceNotReadyException": NotReady,
    "ThrottlingException": Throttled,
    # Codes of all services. Throttling: every code that botocore retries as throttling, except
    # LimitExceededException
    # https://docs.aws.amazon.com/rekognition/latest/APIReference/CommonErrors.html
    "429": Throttled,
    "BandwidthLimitExceeded": Throttled,
    "EC2ThrottledException": Throttled,
    "ExpiredToken": NoCredentials,
    "ExpiredTokenException": NoCredentials,
    "IDPCommunicationError": Unavailable,
    "IncompleteSignature": NoCredentials,
    "IncompleteSignatureException": NoCredentials,
    "InvalidAction": NotFound,
    "InvalidClientTokenId": NoCredentials,
    "InvalidIdentityToken": NoCredentials,
    "InvalidSignatureException": NoCredentials,
    "MissingAuthenticationToken": NoCredentials,
    "MissingAuthenticationTokenException": NoCredentials,
    "NotAuthorized": AccessDenied,
    "OptInRequired": AccessDenied,
    "PriorRequestNotComplete": Throttled,
    "RegionDisabledException": AccessDenied,
    "RequestExpired": NoCredentials,
    "RequestLimitExceeded": Throttled,
    "RequestThrottled": Throttled,
    "RequestThrottledException": Throttled,
    "RequestTimeoutException": Unavailable,
    "ServiceUnavailable": Unavailable,
    "ServiceUnavailableException": Unavailable,
    "SubscriptionRequiredException": AccessDenied,
    "ThrottledException": Throttled,
    "Throttling": Throttled,
    "TooManyRequestsException": Throttled,
    "TransactionInProgressException": Throttled,
    "UnknownOperationException": NotFound,
    "UnrecognizedClientException": NoCredentials,
    "ValidationError": RequestRefused,
    # InvalidParameterException has the same class (unknown: constraint-error).
    "ValidationException": RequestRefused,
    # S3, whose HEAD requests have no body and so no code but the status
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    "400": RequestRefused,
    "403": AccessDenied,
    "404": ObjectUnreadable,
    "405": ObjectUnreadable,  # the version of a delete marker
    "409": Unavailable,  # another request changes the same object at this moment
    "412": ObjectUnreadable,
    "500": Unavailable,
    "503": Unavailable,
    "AccessDenied": AccessDenied,
    "AccountProblem": AccessDenied,
    "AllAccessDisabled": AccessDenied,
    "ConditionalRequestConflict": Unavailable,  # as 409
    "InternalError": Unavailable,
    "InvalidAccessKeyId": NoCredentials,
    "InvalidToken": NoCredentials,
    "KMS.DisabledException": RequestRefused,
    "KMS.InvalidKeyUsageException": RequestRefused,
    "KMS.KMSInvalidStateException": RequestRefused,
    "KMS.NotFoundException": RequestRefused,
    "MethodNotAllowed": ObjectUnreadable,  # as 405
    "NoSuchBucket": ObjectUnreadable,
    "NoSuchKey": ObjectUnreadable,
    "NoSuchVersion": ObjectUnreadable,
    "NotSignedUp": AccessDenied,
    "OperationAborted": Unavailable,  # as 409
    "PermanentRedirect": ObjectUnreadable,
    "PreconditionFailed": ObjectUnreadable,
    "RequestTimeTooSkewed": NoCredentials,
    "RequestTimeout": Unavailable,
    "SignatureDoesNotMatch": NoCredentials,
    "SlowDown": Throttled,
    "TokenRefreshRequired": NoCredentials,
}

#: A key has at most 1,024 bytes.
_MAX_TARGET_CHARS: Final = 1_100

# botocore has no common root for these.
_NO_ANSWER: Final = (ConnectionError, HTTPClientError, IncompleteReadError)
_NO_CREDENTIALS: Final = (
    CredentialRetrievalError,
    MetadataRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
#: botocore and the Amazon provider raise RuntimeError if fetched credentials have expired, or if STS fails.
_REFRESH_FAILED: Final = re.compile(r"refreshed credentials are still expired|sts_response_http_status")
#: botocore fetches credentials before a call, with calls of its own.
_CREDENTIAL_CALLS: Final = re.compile(r"AssumeRole|GetRoleCredentials|CreateToken|GetFederationToken")
#: The host name does not exist. Other errors, for example EAI_AGAIN, say that no DNS server answered.
_NO_SUCH_HOST: Final = frozenset(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
)

_MAX_CAUSES: Final = 10

# AWS does not publish the error of a closed account. These are the words of its availability notices. With
# other words the error stays AccessDenied, whose advice names both causes.
# (unknown: closed-account-error)
_CLOSED: Final = re.compile(r"new customers|no longer available|not available to this account", re.IGNORECASE)


@contextmanager
def refusals_of(operation: str, target: object = "") -> Iterator[None]:
    """
    Translate the errors that boto3 raises inside the block.

    :param operation: Name of the call, as AWS spells it.
    :param target: What the call concerns, for example an ``s3://`` uri.
    :raises ServiceError: One of its subclasses, with the original error as its cause.
    """
    try:
        yield
    except ClientError as error:
        raise refusal_from(error, operation, target) from error
    except _NO_ANSWER as error:  # refused, reset, timed out, no such host, cut off in the middle
        kind = HostNotFound if _is_unknown_host(error) else Unavailable
        raise kind(**_call_fields(operation, target, error)) from error
    except _NO_CREDENTIALS as error:
        raise NoCredentials(**_call_fields(operation, target, error)) from error
    except RuntimeError as error:
        if not _REFRESH_FAILED.search(str(error)):
            raise
        raise NoCredentials(**_call_fields(operation, target, error)) from error
    except ParamValidationError as error:  # botocore itself refused to send it, for example a bucket "a b"
        raise RequestRefused(**_call_fields(operation, target, error)) from error


@contextmanager
def client_errors(aws_conn_id: str | None) -> Iterator[None]:
    """
    Translate the errors of creating a client. The Amazon provider may call STS for it.

    :param aws_conn_id: The connection of the client, for the message.
    :raises InvalidRegion: There is no region, or it is not the name of a region.
    :raises ServiceError: There are no credentials.
    """
    try:
        with refusals_of("AssumeRole"):
            yield
    except (InvalidRegionError, NoRegionError) as error:
        raise InvalidRegion(connection=aws_conn_id, problem=str(error).rstrip(".")) from error
    except NoCredentials as error:
        raise error.of_connection(aws_conn_id) from error


def _call_fields(operation: str, target: object, error: Exception) -> dict[str, str]:
    return {
        "operation": operation,
        "target": show_text(target, _MAX_TARGET_CHARS),
        "code": type(error).__name__,
        "message": str(error),
    }


def refusal_from(error: ClientError, operation: str, target: object = "") -> ServiceError:
    """
    Create the error for a refused call.

    :param target: As for :func:`refusals_of`.
    :return: The subclass for the code. For an unknown code it is ``Unavailable`` if the HTTP status is 500 or
        higher, else ``UnknownRefusal``.
    """
    response = error.response
    code = str(response.get("Error", {}).get("Code", "unknown"))
    message = str(response.get("Error", {}).get("Message", ""))
    metadata = response.get("ResponseMetadata", {})
    # The status of a known code is ignored (unknown: throttling-status).
    kind = _KIND_OF.get(code)
    if kind is None:
        kind = Unavailable if int(metadata.get("HTTPStatusCode", 0)) >= 500 else UnknownRefusal  # noqa: PLR2004 HTTP
    if _CREDENTIAL_CALLS.match(error.operation_name or ""):
        operation = error.operation_name
    if kind is AccessDenied and operation.endswith(("MediaAnalysisJob", "MediaAnalysisJobs")):
        kind = ServiceClosed if _CLOSED.search(message) else AccessDenied
    return kind(
        operation=operation,
        target=show_text(target, _MAX_TARGET_CHARS),
        code=code,
        message=message,
        request_id=str(metadata.get("RequestId") or "unknown"),
    )


def http_status(error: ServiceError) -> int | None:
    """Return the HTTP status of a refused call; ``None`` if there was no response."""
    cause = error.__cause__
    if not isinstance(cause, ClientError):
        return None
    return cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode")


def _is_unknown_host(error: BaseException | None) -> bool:
    """Whether a cause of the error is that the host name does not exist."""
    for _ in range(_MAX_CAUSES):
        if error is None:
            return False
        if isinstance(error, socket.gaierror):
            return error.errno in _NO_SUCH_HOST
        error = error.__cause__ or error.__context__
    return False
