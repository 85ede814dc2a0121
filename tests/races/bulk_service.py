"""Bulk analysis in memory, as far as a submission uses it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from botocore.exceptions import ClientError

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class BulkService:
    """
    :param may_refuse: Called at each start; whether the service refuses it, because all job slots are used.
    """

    meta = SimpleNamespace()

    def __init__(self, may_refuse=lambda: False):
        self.jobs = []
        self.tokens = {}
        self.may_refuse = may_refuse

    def start_media_analysis_job(self, *, ClientRequestToken, **request):  # noqa: N803 boto3's name
        if ClientRequestToken in self.tokens:
            return {"JobId": self.tokens[ClientRequestToken]}
        if self.may_refuse():
            error = {"Error": {"Code": "LimitExceededException", "Message": "20 open jobs"}}
            raise ClientError(error, "StartMediaAnalysisJob")
        job_id = f"job-{len(self.jobs)}"
        self.jobs.append(
            {
                "JobId": job_id,
                "Status": "IN_PROGRESS",
                "CreationTimestamp": NOON + timedelta(seconds=len(self.jobs)),
                **request,
            }
        )
        self.tokens[ClientRequestToken] = job_id
        return {"JobId": job_id}

    def get_media_analysis_job(self, *, JobId):  # noqa: N803 boto3's name
        return next(job for job in self.jobs if job["JobId"] == JobId)

    def list_media_analysis_jobs(self, **_):
        return {"MediaAnalysisJobs": self.jobs[::-1]}

    def forget_tokens(self):
        self.tokens.clear()

    def end_all(self, status="SUCCEEDED"):
        for job in self.jobs:
            job["Status"] = status
