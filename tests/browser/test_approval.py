"""The example with an approval in a whole Airflow: nothing is moved before a person agrees."""

import httpx
import pytest
from answer_race import wait_until_answer_is_safe
from image_files import image_bytes

from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until

pytestmark = pytest.mark.browser

IMAGES = [f"uploads/{number}.jpg" for number in range(10)]
#: The example moves at most a fifth of the images.
BLOCKED = IMAGES[:2]
WAITING = ("deferred", "awaiting_input")
ENDED = ("success", "failed", "skipped", "upstream_failed")


@pytest.fixture(scope="module", autouse=True)
def _images(moderated):
    for dag_id in ("approved_actions", "expired_approval"):
        moderated.local.wait_until_ready(dag_id)
    s3 = moderated.aws.client("s3")
    for key in IMAGES:
        labels = {"rekmedia-labels": "Explicit=95"} if key in BLOCKED else {}
        s3.put_object(Bucket="photos", Key=key, Body=image_bytes(), Metadata=labels)


def keys_below(moderated, prefix):
    found = moderated.aws.client("s3").list_objects_v2(Bucket="photos", Prefix=prefix)
    return [row["Key"] for row in found.get("Contents", ())]


def assert_nothing_moved(moderated):
    assert keys_below(moderated, "uploads/") == IMAGES
    assert keys_below(moderated, "quarantine/") == []


def wait_for(moderated, run, task_id, states):
    """Wait for a state of a task; return the state."""
    local = moderated.local

    def state():
        return next((task.state for task in local.api.tasks(run) if task.task_id == task_id), None)

    what = f"{task_id} of {run.dag_id}"
    wait_until(lambda: state() in states, what=what, timeout_s=240, needed=local.processes)
    return state()


def answer(moderated, run, option, user="op"):
    """Answer as the page of Airflow does."""
    site = moderated.sites["simple"]
    wait_until_answer_is_safe(moderated.local, run, "approval")
    return httpx.patch(
        f"{site.url}/api/v2{run.path}/taskInstances/approval/-1/hitlDetails",
        json={"chosen_options": [option], "params_input": {}},
        headers={"Authorization": f"Bearer {site.token_of(user)}"},
        trust_env=False,
        timeout=60,
    )


def test_nothing_is_moved_if_nobody_answers_in_time(moderated):
    run = moderated.local.api.trigger("expired_approval")

    assert wait_for(moderated, run, "quarantine", ENDED) == "upstream_failed"
    assert wait_for(moderated, run, "approval", ENDED) == "failed"
    assert_nothing_moved(moderated)


def test_only_an_approval_moves_what_is_blocked(moderated):
    refused, approved = (moderated.local.api.trigger("approved_actions") for _ in range(2))
    for run in (refused, approved):
        wait_for(moderated, run, "approval", WAITING)
    assert_nothing_moved(moderated)

    assert answer(moderated, refused, "Reject").status_code == 200
    assert wait_for(moderated, refused, "quarantine", ENDED) == "skipped"
    assert_nothing_moved(moderated)

    assert answer(moderated, approved, "Approve", "viewer").status_code == 403
    assert answer(moderated, approved, "Approve").status_code == 200
    assert wait_for(moderated, approved, "quarantine", ENDED) == "success"
    assert keys_below(moderated, "uploads/") == IMAGES[2:]
    moved = [key.partition("/uploads/")[2] for key in keys_below(moderated, "quarantine/")]
    assert moved == ["0.jpg", "1.jpg"]
