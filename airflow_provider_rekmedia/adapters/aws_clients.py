"""The clients of one AWS connection, which services get as one argument."""

from typing import TYPE_CHECKING, Any, Literal, Protocol

from .jobs.media_analysis import MediaAnalysisJobs
from .s3.objects import S3Objects

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_s3 import S3Client

__all__ = ["AwsClients", "PreflightClients"]


class AwsClients(Protocol):
    """Clients that share credentials and a region. ``RekognitionHook`` is one, and so is any test double."""

    @property
    def jobs(self) -> MediaAnalysisJobs:
        """The bulk jobs of the account and region."""

    @property
    def objects(self) -> S3Objects:
        """The objects in S3, called in the same region as Rekognition."""

    @property
    def region(self) -> str:
        """The AWS region of every call."""

    @property
    def route(self) -> str:
        """A text that differs for another connection or region; it is part of a request's fingerprint."""

    def unretried_client(self, max_connections: int) -> "RekognitionClient":
        """
        Create a Rekognition client that does not retry: the per-image engine adapts its rate to each refusal.

        :param max_connections: Size of its connection pool, 1 or more.
        """

    def s3_client(self, max_connections: int) -> "S3Client":
        """
        Create an S3 client for calls from many threads. It repeats throttled calls, slower each time.

        :param max_connections: Size of its connection pool, 1 or more.
        """


class PreflightClients(AwsClients, Protocol):
    """The clients of one connection, and those that preflight asks about the account."""

    def account_client(self, service: Literal["sts", "service-quotas"]) -> Any:
        """Create a client of STS or Service Quotas. It gives up after seconds: a network may block both."""
