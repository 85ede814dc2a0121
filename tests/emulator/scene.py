"""Buckets, images and manifests for the emulator's tests."""

import json
from dataclasses import dataclass
from typing import Any

from image_files import image_bytes

IN, OUT = "images-in", "analysis-out"


@dataclass
class Scene:
    """Two buckets of one emulator, and the steps of most tests."""

    emulator: Any
    rekognition: Any
    s3: Any

    def put_image(self, key="cat.jpg", body=None, **extra):
        self.s3.put_object(Bucket=IN, Key=key, Body=image_bytes() if body is None else body, **extra)
        return f"s3://{IN}/{key}"

    def put_manifest(self, *sources, body=None):
        lines = "\n".join(json.dumps({"source-ref": source}, ensure_ascii=False) for source in sources)
        body = lines.encode() if body is None else body
        return self.s3.put_object(Bucket=IN, Key="manifest.jsonl", Body=body).get("VersionId")

    def start(self, **changes):
        return self.rekognition.start_media_analysis_job(**(request() | changes))["JobId"]

    def get(self, job_id):
        return self.rekognition.get_media_analysis_job(JobId=job_id)

    def finish(self, job_id=None):
        """Start a job if no id is given, move it to its end, and describe it."""
        job_id = job_id or self.start()
        self.emulator.advance(job_id, to_end=True)
        return self.get(job_id)

    def read(self, pointer):
        found = self.s3.get_object(Bucket=pointer["S3Object"]["Bucket"], Key=pointer["S3Object"]["Name"])
        return found["Body"].read()

    def results(self, job):
        lines = self.read(job["Results"]).split(b"\n")
        assert lines.pop() == b""
        return [json.loads(line) for line in lines]

    def summary(self, job):
        return json.loads(self.read(job["ManifestSummary"]))

    def moderate(self, *sources, **changes):
        """Run one job on these images, and read its output files."""
        self.put_manifest(*sources)
        job = self.finish(self.start(**changes))
        return self.results(job), self.summary(job)


def request(**changes):
    """The smallest StartMediaAnalysisJob request."""
    return {
        "OperationsConfig": {"DetectModerationLabels": {}},
        "Input": {"S3Object": {"Bucket": IN, "Name": "manifest.jsonl"}},
        "OutputConfig": {"S3Bucket": OUT, "S3KeyPrefix": "nightly"},
    } | changes


def moderation_config(**config):
    return {"DetectModerationLabels": config}
