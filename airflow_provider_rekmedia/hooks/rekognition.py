"""The hook: an Airflow connection, and what the package does with it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

from airflow_provider_rekmedia.adapters.manifest_check import check_region, fetch_content_id
from airflow_provider_rekmedia.adapters.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.s3 import S3Objects
from airflow_provider_rekmedia.adapters.submission import SubmissionJournal, Submitted, submit_once
from airflow_provider_rekmedia.core.identity import TaskIdentity, fingerprint
from airflow_provider_rekmedia.core.job import Engine, Job
from airflow_provider_rekmedia.core.job_reference import parse_job_reference
from airflow_provider_rekmedia.core.request import MediaAnalysisRequest, encode_request
from airflow_provider_rekmedia.core.submission import Asked, ExistingJob

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

    def iter_jobs(self, value: Any) -> Iterator[Job]:
        """
        Look at what a user hands on as one job or several; one that is not final is looked at again.

        :param value: What operators returned, or job ids; one, or any number of them.
        :raises InvalidJob: One is none.
        :raises ServiceError: AWS refused.
        """
        is_one = isinstance(value, Mapping | str) or not isinstance(value, Iterable)
        for each in [value] if is_one else value:
            reference = parse_job_reference(each)
            if isinstance(reference, Job) and (
                reference.status.is_final or reference.engine is Engine.PER_IMAGE
            ):
                yield reference
            else:
                yield self.jobs.fetch(reference.job_id if isinstance(reference, Job) else reference)

    def submit_once(
        self,
        request: MediaAnalysisRequest,
        identity: TaskIdentity,
        *,
        clears: int,
        existing_job: ExistingJob = ExistingJob.REATTACH,
        client_request_token: str | None = None,
    ) -> Submitted:
        """
        Start a job for a task instance, unless it has one; nothing is sent before the request is checked.

        Safe to call again after any error and any crash: it ends with one job.

        :param clears: How often a user cleared the task; with ``existing_job`` ``restart``, a finished job
            from before the last clear is not used again.
        :param client_request_token: The user's own token, instead of the derived one.
        :raises InvalidInput: The request, or its manifest, cannot be submitted.
        :raises ServiceError: AWS refused; where ``retryable``, call again later.
        :raises UnreadableRecord: The record of an earlier try is damaged.
        """
        members = encode_request(request)
        own = {"ClientRequestToken": client_request_token} if client_request_token else {}
        self.jobs.check(members | own)
        for bucket in {request.manifest.bucket, request.output.bucket}:
            check_region(self.objects, bucket, self.conn_region_name)
        content = fetch_content_id(self.objects, request.manifest, request.manifest_version)
        route = f"{self.aws_conn_id}@{self.conn_region_name}"
        asked = Asked(
            identity=identity,
            fingerprint=fingerprint(members, content=content, route=route),
            request=members,
            clears=clears,
            existing_job=existing_job,
        )
        journal = SubmissionJournal(self.objects, asked, request.output)
        return submit_once(asked, jobs=self.jobs, journal=journal, own_token=client_request_token)
