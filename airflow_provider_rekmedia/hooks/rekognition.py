"""The hook: an Airflow connection becomes boto3 clients."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

from airflow_provider_rekmedia.core.arguments import parse_optional_switch_or_text, parse_optional_text

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.config import Config
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_s3 import S3Client

    from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
    from airflow_provider_rekmedia.adapters.s3.objects import S3Objects

__all__ = ["RekognitionHook"]


class RekognitionHook(AwsBaseHook):
    """
    Interact with Amazon Rekognition.

    It has the arguments of the Amazon provider's hooks: ``aws_conn_id``, ``region_name``, ``verify`` and
    ``config``. ``conn`` is the boto3 client. No argument of this package needs aiobotocore: triggers call
    the same client from a thread.

    :param kms_key_id: Key that encrypts every object that :attr:`objects` writes; ``None`` leaves the
        encryption to the bucket.

    .. seealso:: :class:`airflow.providers.amazon.aws.hooks.base_aws.AwsBaseHook`
    """

    def __init__(self, *args: Any, kms_key_id: str | None = None, **kwargs: Any) -> None:
        kwargs["client_type"] = "rekognition"
        # Templates make text of these three.
        for name in ("aws_conn_id", "region_name"):
            if name in kwargs:
                kwargs[name] = parse_optional_text(name, kwargs[name])
        if "verify" in kwargs:
            kwargs["verify"] = parse_optional_switch_or_text("verify", kwargs["verify"])
        super().__init__(*args, **kwargs)
        # For the clients of other services: the base class keeps these arguments in private attributes.
        self._arguments = (args, kwargs)
        self._kms_key_id = kms_key_id

    def get_client_type(self, *args: Any, **kwargs: Any) -> Any:
        """
        Create the client, as the base class does; warn if the region has no Rekognition.

        :raises InvalidRegion: There is no region, or it is not the name of a region.
        :raises ServiceError: The connection has no credentials.
        """
        from airflow_provider_rekmedia.adapters.refusals import client_errors

        with client_errors(self.aws_conn_id):
            client = super().get_client_type(*args, **kwargs)
        self._check_region(client)
        return client

    @cached_property
    def jobs(self) -> "MediaAnalysisJobs":
        """The bulk jobs of the connection's account, in the hook's region."""
        from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs

        client: RekognitionClient = self.conn
        return MediaAnalysisJobs(client)

    @cached_property
    def objects(self) -> "S3Objects":
        """The objects in S3, in the region of Rekognition: the service requires one region for both."""
        from airflow_provider_rekmedia.adapters.s3.objects import S3Objects

        return S3Objects(self._client_of("s3"), self._kms_key_id)

    @property
    def region(self) -> str:
        """The AWS region of every call."""
        return self.conn_region_name

    @property
    def route(self) -> str:
        """A text that differs for another connection or region."""
        return f"{self.aws_conn_id}@{self.region}"

    def unretried_client(self, max_connections: int) -> "RekognitionClient":
        """
        Create a Rekognition client that does not retry, for the per-image engine.

        botocore's retries would hide throttling from the engine, which adapts its rate to it. botocore's
        adaptive mode would also limit the rate itself.

        :param max_connections: Size of its connection pool, 1 or more.
        """
        from botocore.config import Config

        no_retries = Config(
            retries={"mode": "standard", "total_max_attempts": 1}, max_pool_connections=max_connections
        )
        config = (self.conn_config.botocore_config or Config()).merge(no_retries)
        client: RekognitionClient = self._client_of("rekognition", config=config)
        return client

    def s3_client(self, max_connections: int) -> "S3Client":
        """
        Create an S3 client for calls from many threads. It repeats throttled calls, slower each time.

        :param max_connections: Size of its connection pool, 1 or more.
        """
        from botocore.config import Config

        patient = Config(
            retries={"mode": "standard", "total_max_attempts": 6}, max_pool_connections=max_connections
        )
        config = (self.conn_config.botocore_config or Config()).merge(patient)
        client: S3Client = self._client_of("s3", config=config)
        return client

    def account_client(self, service: Literal["sts", "service-quotas"]) -> Any:
        """Create a client of STS or Service Quotas. It gives up after seconds: a network may block both."""
        from botocore.config import Config

        impatient = Config(
            connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2}
        )
        config = (self.conn_config.botocore_config or Config()).merge(impatient)
        return self._client_of(service, config=config)

    def _client_of(self, client_type: str, **changes: "Config") -> Any:
        from airflow_provider_rekmedia.adapters.refusals import client_errors

        args, kwargs = self._arguments
        with client_errors(self.aws_conn_id):
            return AwsBaseHook(*args, **{**kwargs, "client_type": client_type, **changes}).conn

    def _check_region(self, client: "BaseClient") -> None:
        """Warn if botocore does not list the region. AWS may have opened it since, so it is no error."""
        from airflow_provider_rekmedia.adapters.regions import other_regions

        if regions := other_regions(client):
            self.log.warning(
                "Region %s has no Rekognition, as far as boto3 knows. Check region_name and the connection "
                "aws_conn_id=%r. The regions with Rekognition are: %s",
                client.meta.region_name,
                self.aws_conn_id,
                ", ".join(regions),
            )
