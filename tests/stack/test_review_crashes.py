"""
Reviews survive SIGKILL: each decision counts once, and no image is lost.

One run of one Dag, in a complete Airflow with retries. In each of its reviews, another task dies at another
step. Run it with ``make soak``.
"""

import gzip
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import httpx
import pytest
from answer_race import wait_until_answer_is_safe
from buckets import create_buckets
from core.review.rows import row
from image_files import image_bytes
from stack.local_stack import airflow_on

from airflow_provider_rekmedia.core.verdicts.verdict_file import encode_verdict_row

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        version("apache-airflow").split(".")[:2] < ["3", "1"], reason="reviews need Airflow 3.1"
    ),
]

STEPS = {
    "after_the_queue": "plan",
    "after_the_plan": "plan",
    "before_the_decisions": "review",
    "after_the_decisions": "review",
    "after_the_audit_trail": "finish",
    "after_the_verdicts": "finish",
    "after_the_earlier_images": "finish",
}
#: The image of an earlier night is the first one of the queue.
EARLIER, IMAGES = "earlier.jpg", ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]
LETTERS = "abesa"


@dataclass
class Reviewed:
    """The outcome of the run."""

    s3: Any
    run_id: str
    states: dict[str, str | None] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    #: How often a person answered each review.
    answers: Counter = field(default_factory=Counter)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    verdicts: dict[str, list[str]] = field(default_factory=dict)

    def versions(self, prefix):
        """Count the versions of each object below a prefix: a second write is a second version."""
        listed = self.s3.list_object_versions(Bucket="photos", Prefix=prefix)
        return Counter(found["Key"] for found in listed.get("Versions", ()))

    def rows(self, prefix):
        listed = self.s3.list_objects_v2(Bucket="photos", Prefix=prefix).get("Contents", ())
        return [row for found in listed for row in self.read(found["Key"])]

    def read(self, key):
        body = self.s3.get_object(Bucket="photos", Key=key)["Body"].read()
        body = gzip.decompress(body) if key.endswith(".gz") else body
        return [json.loads(line) for line in body.splitlines()]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory, rekmedia_emulator_server):
    aws = rekmedia_emulator_server
    aws.reset()
    s3 = aws.client("s3")
    put_night(s3)
    home = tmp_path_factory.mktemp("review")
    settings = {"AIRFLOW__CORE__PARALLELISM": "4"}
    with airflow_on(aws, home, "review_crashes", dags="review_dags", **settings) as airflow:
        run = airflow.api.trigger("review_crashes")
        seen = Reviewed(s3, run.run_id)
        answer_until_the_end(airflow, run, seen)
        for task in airflow.api.tasks(run):
            seen.states[task.label], seen.tries[task.label] = task.state, task.try_number
        for step in STEPS:
            seen.counts[step] = airflow.api.xcom(run, f"{step}.finish", key="counts")
            seen.verdicts[step] = airflow.api.xcom(run, f"{step}.finish", key="verdicts")["uris"]
    return seen


def put_night(s3):
    """Write the images and the verdicts of this night, and for each review what an earlier one left."""
    create_buckets(s3, "photos")
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    rows = {}
    for place, key in enumerate([EARLIER, *IMAGES]):
        s3.put_object(Bucket="photos", Key=key, Body=image_bytes())
        rows[key] = encode_verdict_row(row(key, confidence=90.0 - place))
    tonight = gzip.compress(b"".join(rows[key] for key in IMAGES))
    s3.put_object(Bucket="photos", Key="verdicts.jsonl.gz", Body=tonight)
    for step in STEPS:
        key = f"{step}/undecided/dag_id=review_crashes/run_id=earlier/0.jsonl.gz"
        s3.put_object(Bucket="photos", Key=key, Body=gzip.compress(rows[EARLIER]))


def answer_until_the_end(airflow, run, seen):
    """Answer every question, as often as it is asked."""
    deadline = time.monotonic() + 600
    while airflow.api.state(run) not in ("success", "failed"):
        assert time.monotonic() < deadline
        airflow.check()
        for task in airflow.api.tasks(run):
            if task.state in ("awaiting_input", "deferred"):
                step = task.task_id.partition(".")[0]
                wait_until_answer_is_safe(airflow, run, task.task_id, attempt=task.try_number)
                seen.answers[step] += answer(airflow, run, task.task_id)
        time.sleep(0.5)


def answer(airflow, run, task):
    """Answer; return whether Airflow stored it. On a very busy machine, its API returned 500 once."""
    (queue,) = airflow.api.xcom(run, task.replace(".review", ".plan"))
    checksum = queue.rpartition("-")[2].removesuffix(".json")
    response = httpx.patch(
        f"{airflow.url}/api/v2{run.path}/taskInstances/{task}/0/hitlDetails",
        json={"chosen_options": ["Submit"], "params_input": {"queue": checksum, "decisions": LETTERS}},
        trust_env=False,
        timeout=60,
    )
    if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
        return False
    response.raise_for_status()
    return True


def test_every_task_succeeds_and_exactly_the_killed_ones_were_retried(reviewed):
    assert set(reviewed.states.values()) == {"success"}
    retried = {label for label, tries in reviewed.tries.items() if tries == 2}
    assert retried == {f"{step}.{task}" + "[0]" * (task == "review") for step, task in STEPS.items()}
    assert max(reviewed.tries.values()) == 2


def test_a_person_is_asked_again_only_if_the_decisions_were_not_stored(reviewed):
    assert reviewed.answers == {step: 2 if step == "before_the_decisions" else 1 for step in STEPS}


@pytest.mark.parametrize("step", STEPS)
def test_decisions_and_audit_trail_are_written_once(reviewed, step):
    of_review = reviewed.versions(f"{step}/dag_id=")
    decisions = [count for key, count in of_review.items() if "/decisions/" in key]
    assert decisions == [1]
    for folder in ("audit", "escalations"):
        assert list(reviewed.versions(f"{step}/{folder}/").values()) == [1]


@pytest.mark.parametrize("step", STEPS)
def test_each_decision_counts_once(reviewed, step):
    records = reviewed.rows(f"{step}/audit/") + reviewed.rows(f"{step}/escalations/")
    assert len({record["record_id"] for record in records}) == len(records) == len(LETTERS)
    assert len(reviewed.rows(f"{step}/reviews/")) == 4
    names = ("allow", "block", "escalate", "undecided", "decisions", "disagreements")
    assert [reviewed.counts[step][name] for name in names] == [2, 1, 1, 1, 5, 0]


@pytest.mark.parametrize("step", STEPS)
def test_no_image_is_lost(reviewed, step):
    decided = {
        record["key"]: record["decision"]
        for folder in ("audit", "escalations")
        for record in reviewed.rows(f"{step}/{folder}/")
    }
    names = ("allow", "block", "escalate", "skip", "allow")
    assert decided == dict(zip([EARLIER, *IMAGES], names, strict=True))
    final = [row for uri in reviewed.verdicts[step] for row in reviewed.read(uri.partition("photos/")[2])]
    assert {row["key"]: row["verdict"] for row in final} == {"0.jpg": "block", "2.jpg": "review"}
    # The next night asks for the skipped image, and no longer for what this night decided.
    assert [row["key"] for row in reviewed.rows(f"{step}/undecided/")] == ["2.jpg"]
