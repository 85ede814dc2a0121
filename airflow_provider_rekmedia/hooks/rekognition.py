"""The hook: an Airflow connection, and what the package does with it."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

from airflow_provider_rekmedia.adapters.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.s3 import S3Objects

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["RekognitionHook"]


class RekognitionHook(AwsBaseHook):
    """
    Interact with Amazon Rekognition.

    It takes the arguments of the Amazon provider's hooks: ``aws_conn_id``, ``region_name``, ``verify`` and
    ``config``; ``conn`` is the boto3 client. No argument of this package needs aiobotocore: triggers call the
    same client from a thread.

    .. seealso:: :class:`airflow.providers.amazon.aws.hooks.base_aws.AwsBaseHook`
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["client_type"] = "rekognition"
        super().__init__(*args, **kwargs)

    @cached_property
    def jobs(self) -> MediaAnalysisJobs:
        """Bulk jobs of the connection's account, in the hook's region."""
        client: RekognitionClient = self.conn
        return MediaAnalysisJobs(client)

    @cached_property
    def objects(self) -> S3Objects:
        """Objects in S3, through the same connection and region: the service demands one region for both."""
        s3 = AwsBaseHook(
            aws_conn_id=self.aws_conn_id,
            region_name=self._region_name,
            verify=self._verify,
            config=self._config,
            client_type="s3",
        )
        return S3Objects(s3.conn)
