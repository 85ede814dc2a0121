"""The hook: an Airflow connection, and what the package does with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.config import Config

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.arguments import parse_whole_number
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, fingerprint
from airflow_provider_rekmedia.core.jobs.job import PER_IMAGE_ID_PREFIX, Engine, Job
from airflow_provider_rekmedia.core.jobs.job_reference import parse_job_reference
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest, encode_request
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob, SubmissionRequest
from airflow_provider_rekmedia.core.per_image.progress import Progress
from airflow_provider_rekmedia.core.per_image.settings import MAX_CONCURRENT_CALLS, OnExpiredAdapter
from airflow_provider_rekmedia.services.jobs.manifest_checks import (
    check_region,
    content_id_of,
    fetch_content_id,
)
from airflow_provider_rekmedia.services.per_image.per_image_job import PerImageOptions
from airflow_provider_rekmedia.services.run_per_image_job import moderate_once, read_lines
from airflow_provider_rekmedia.services.submit_job import SubmissionJournal, Submitted, submit_once
from airflow_provider_rekmedia.tasks.progress import log_progress

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["RekognitionHook"]

#: A slower pace is a mistake, and longer to wait for than a thread can.
_LEAST_TPS: Final = 0.001


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
        :raises InvalidArgument: One is the bare id of a job of the per-image engine.
        :raises InvalidJob: One is none.
        :raises ServiceError: AWS refused.
        """
        is_one = isinstance(value, Mapping | str) or not isinstance(value, Iterable)
        for each in [value] if is_one else value:
            yield self.look_again(parse_job_reference(each))

    def look_again(self, reference: Job | str) -> Job:
        """
        Look at a job that was handed on, unless it is final: nothing new is to be learned of that.

        :param reference: As :func:`parse_job_reference` gives it.
        :raises InvalidArgument: It is the bare id of a job of the per-image engine.
        :raises ServiceError: AWS refused.
        :raises UnexpectedAnswer: The job has a status that we do not know.
        """
        if isinstance(reference, Job) and (reference.status.is_final or reference.engine is Engine.PER_IMAGE):
            return reference
        job_id = reference.job_id if isinstance(reference, Job) else reference
        if job_id.startswith(PER_IMAGE_ID_PREFIX):
            problem = (
                "AWS does not know the jobs of the per-image engine; give the whole job, as its operator "
                "returned it (analyze.output), or the s3:// uri of its results"
            )
            raise InvalidArgument(argument="job", value=job_id, problem=problem)
        return self.jobs.fetch(job_id)

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
        content = self._look_at(request)
        asked = SubmissionRequest(
            identity=identity,
            fingerprint=self._fingerprint(members, content),
            request=members,
            clears=clears,
            existing_job=existing_job,
        )
        journal = SubmissionJournal(self.objects, asked, request.output)
        return submit_once(asked, jobs=self.jobs, journal=journal, own_token=client_request_token)

    def moderate_once(  # noqa: PLR0913 the request, and how it is done
        self,
        request: MediaAnalysisRequest,
        identity: TaskIdentity,
        *,
        clears: int,
        existing_job: ExistingJob = ExistingJob.REATTACH,
        max_tps: float | None = None,
        max_concurrency: int = 100,
        on_expired_adapter: OnExpiredAdapter = OnExpiredAdapter.WARN,
        on_progress: Callable[[Progress], None] | None = None,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Job:
        """
        Do a job here and now, image by image, with DetectModerationLabels.

        Safe to call again after any error and any crash: it goes on where it was. Each kill costs at most
        ``max_concurrency`` images a second time; a job that is finished is given back.

        :param clears: As for :meth:`submit_once`.
        :param max_tps: Calls a second at most, 0.001 or more; ``None`` finds the quota.
        :param max_concurrency: Images in flight at most, 1 to 1,000: begun, and not written down yet.
        :param on_expired_adapter: What to do when the base model answers for an adapter.
        :param on_progress: Told every five seconds and at the end; ``None`` writes the log.
        :param is_stopped: SubmissionRequest five times a second whether to begin no more images.
        :return: The job, SUCCEEDED; with how many images failed is in its summary.
        :raises AdapterExpired: The base model answered for an adapter, and that is to fail.
        :raises InvalidInput: The request, or its manifest, cannot be done.
        :raises JobStopped: *is_stopped* said so; what was done is kept.
        :raises ServiceError: AWS refused what concerns every image; what was done is kept.
        :raises UnreadableRecord: What an earlier try wrote down is damaged.
        """
        if max_tps is not None and not _LEAST_TPS <= max_tps < float("inf"):
            raise InvalidArgument(argument="max_tps", value=max_tps, problem="it is not 0.001 or more")
        parse_whole_number("max_concurrency", max_concurrency, low=1, high=MAX_CONCURRENT_CALLS)
        members = encode_request(request)
        self.jobs.check(members)
        members |= {"Engine": Engine.PER_IMAGE.value}
        self._look_at(request)
        lines = read_lines(self.objects, request, self.conn_region_name)
        asked = SubmissionRequest(
            identity=identity,
            fingerprint=self._fingerprint(members, content_id_of(lines)),
            request=members,
            clears=clears,
            existing_job=existing_job,
        )
        effort = PerImageOptions(
            max_tps=max_tps,
            max_concurrency=max_concurrency,
            on_expired_adapter=on_expired_adapter,
            on_progress=on_progress or partial(log_progress, self.log),
            is_stopped=is_stopped,
        )
        client = self._unretried_client(max_concurrency)
        return moderate_once(asked, request, lines, client=client, objects=self.objects, effort=effort)

    def _look_at(self, request: MediaAnalysisRequest) -> str:
        """Check where a request goes and what it names; give what pins the manifest's bytes."""
        for bucket in {request.manifest.bucket, request.output.bucket}:
            check_region(self.objects, bucket, self.conn_region_name)
        return fetch_content_id(self.objects, request.manifest, request.manifest_version)

    def _fingerprint(self, members: Mapping[str, Any], content: str) -> str:
        return fingerprint(members, content=content, route=f"{self.aws_conn_id}@{self.conn_region_name}")

    def _unretried_client(self, connections: int) -> "RekognitionClient":
        # botocore's own retries would fight the pace, and hide from it what is throttled; its adaptive mode
        # would keep a pace of its own.
        ours = Config(retries={"mode": "standard", "total_max_attempts": 1}, max_pool_connections=connections)
        hook = AwsBaseHook(
            aws_conn_id=self.aws_conn_id,
            region_name=self._region_name,
            verify=self._verify,
            config=(self.conn_config.botocore_config or Config()).merge(ours),
            client_type="rekognition",
        )
        client: RekognitionClient = hook.conn
        return client
