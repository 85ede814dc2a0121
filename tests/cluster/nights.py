"""One night: a run of the nightly Dag, and of ``moderate_images`` with each engine, at the same time."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from cluster.cluster import Cluster
from cluster.cluster_api import Attempt
from cluster.remote_storage import count_logs, count_noise, count_xcoms
from image_files import image_bytes

from airflow_provider_rekmedia.demo.local_airflow.rest_api import DagRun
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until

BUCKET = "photos"
#: The number of images of each run of the bulk engine.
BULK_IMAGES = 20
#: At two calls per second, the per-image task runs for 50 s.
PER_IMAGE_IMAGES = 100
PER_IMAGE = "moderate_images.moderate"
_RESULTS = {"nightly_moderation": "results"}
_RUN_TIMEOUT_S = 600.0
#: The fault begins when the per-image task has analyzed this many images.
_UNDER_WAY = 10


@dataclass
class Outcome:
    """
    How the runs of a night ended.

    :param images: the number of uploaded images by Dag
    :param logs: the number of task logs in S3 by Dag
    :param xcoms: the number of XComs in S3 by Dag
    :param noise: the number of log lines "XCom not found"
    """

    images: dict[str, int] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    jobs_by_manifest: Counter[str] = field(default_factory=Counter)
    billed: int = 0
    logs: dict[str, int] = field(default_factory=dict)
    xcoms: dict[str, int] = field(default_factory=dict)
    noise: int = 0
    duration_s: float = 0.0

    @property
    def all_images(self) -> int:
        return sum(self.images.values())


class Night:
    """
    Uploads images and triggers the runs.

    :param name: a prefix in the bucket
    :param per_image: the number of images for the per-image engine
    """

    def __init__(self, cluster: Cluster, name: str, *, per_image: int = PER_IMAGE_IMAGES) -> None:
        self._cluster = cluster
        self._name = name
        self._started = time.monotonic()
        self._images = {
            "nightly_moderation": BULK_IMAGES,
            "moderate_bulk": BULK_IMAGES,
            "moderate_per_image": per_image,
        }
        self._upload()
        self._billed_before = cluster.aws.usage()["images_billed"]
        self.runs = {dag_id: self._trigger(dag_id) for dag_id in self._images}

    def attempts(self, dag_id: str) -> list[Attempt]:
        return self._cluster.api.attempts(self.runs[dag_id])

    def running_per_image_task(self) -> Attempt | None:
        """Return the attempt of the per-image task that runs, if one runs."""
        for attempt in self.attempts("moderate_per_image"):
            if attempt.task_id == PER_IMAGE and attempt.state == "running" and attempt.pid:
                return attempt
        return None

    def wait_until_under_way(self) -> Attempt:
        """Wait until a bulk job is started and the per-image task has analyzed images."""
        self.wait_for(self._is_under_way, what="the night to be under way")
        attempt = self.running_per_image_task()
        assert attempt is not None
        return attempt

    def wait_for(self, condition: Callable[[], bool], *, what: str, timeout_s: float = 180.0) -> None:
        wait_until(condition, what=what, timeout_s=timeout_s)

    def outcome(self) -> Outcome:
        """Wait until all runs ended."""
        wait_until(self._has_ended, what=f"the runs of {self._name}", timeout_s=_RUN_TIMEOUT_S)
        outcome = Outcome(images=self._images)
        s3 = self._cluster.aws.client("s3")
        for dag_id, run in self.runs.items():
            outcome.logs[dag_id] = count_logs(s3, dag_id, run.run_id)
            outcome.xcoms[dag_id] = count_xcoms(s3, dag_id, run.run_id)
            outcome.noise += count_noise(s3, dag_id, run.run_id)
            outcome.states[dag_id] = self._cluster.api.state(run)
            outcome.counts[dag_id] = self._counts(dag_id, run)
            for attempt in self.attempts(dag_id):
                index = "" if attempt.map_index < 0 else f"[{attempt.map_index}]"
                outcome.tries[f"{dag_id}.{attempt.task_id}{index}"] = attempt.try_number
        outcome.jobs_by_manifest = self._jobs()
        outcome.billed = self._billed()
        outcome.duration_s = time.monotonic() - self._started
        return outcome

    def _upload(self) -> None:
        s3 = self._cluster.aws.client("s3")
        for dag_id, count in self._images.items():
            for n in range(count):
                key = f"{self._name}/{dag_id}/uploads/{n:03}.jpg"
                s3.put_object(Bucket=BUCKET, Key=key, Body=image_bytes())

    def _trigger(self, dag_id: str) -> DagRun:
        prefix = f"s3://{BUCKET}/{self._name}/{dag_id}/"
        if dag_id == "nightly_moderation":
            conf = {"images": f"{prefix}uploads/", "output": f"{prefix}moderation/"}
        else:
            conf = {"prefix": prefix}
        return self._cluster.api.trigger_with(dag_id, conf)

    def _is_under_way(self) -> bool:
        # The bulk jobs bill when they end, later.
        return (
            self._billed() >= _UNDER_WAY
            and self._jobs().total() >= 1
            and self.running_per_image_task() is not None
        )

    def _has_ended(self) -> bool:
        return all(self._cluster.api.state(run) in ("success", "failed") for run in self.runs.values())

    def _counts(self, dag_id: str, run: DagRun) -> dict[str, int]:
        task_id = _RESULTS.get(dag_id, "moderate_images.results")
        try:
            counts: dict[str, Any] = self._cluster.api.xcom(run, task_id, key="counts")
        except httpx.HTTPStatusError:
            return {}
        return counts

    def _jobs(self) -> Counter[str]:
        manifests = [job["Input"]["S3Object"]["Name"] for job in self._cluster.aws.jobs()]
        return Counter(name for name in manifests if name.startswith(f"{self._name}/"))

    def _billed(self) -> int:
        billed: int = self._cluster.aws.usage()["images_billed"]
        return billed - self._billed_before
