"""A whole Airflow with moderators: from the question to the decisions in S3, under a path of the base URL."""

import json
import time
from urllib.parse import quote

import httpx
import pytest
from browser.moderated_airflow import REVIEW_DAG_ID
from plugins.moderation_page.review.queues import HOSTILE, item, put_queue

from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until

pytestmark = pytest.mark.browser

#: An answer within a second of the question can fail the task: a known race of Airflow.
RACE_S = 3


class Asked:
    """A run whose review waits for a person."""

    def __init__(self, site, items):
        self.site, self.airflow, self.s3 = site, site.airflow, site.aws.client("s3")
        uri, self.checksum = put_queue(self.s3, items)
        self.run = self.airflow.api.trigger(REVIEW_DAG_ID, params={"queue_uri": uri})
        run_id = quote(self.run.run_id, safe="")
        self.path = f"/rekmedia/dags/{REVIEW_DAG_ID}/runs/{run_id}/tasks/review/-1/review"
        self.task_path = f"/dags/{REVIEW_DAG_ID}/runs/{run_id}/tasks/review"
        task = f"/api/v2/dags/{REVIEW_DAG_ID}/dagRuns/{run_id}/taskInstances/review/-1"
        self.question = f"{site.url}{task}/hitlDetails"
        self.wait_for("awaiting_input", "deferred")

    def wait_for(self, *states):
        def has_state():
            return any(
                task.state in states for task in self.airflow.api.tasks(self.run) if task.task_id == "review"
            )

        wait_until(has_state, what=f"the review {states}", timeout_s=300, needed=self.airflow.processes)
        time.sleep(RACE_S)

    def is_answered(self):
        return self.ask("GET", "admin").json()["response_received"]

    def ask(self, method, user, **request):
        cookies = {"_token": self.site.token_of(user)}
        return httpx.request(method, self.question, cookies=cookies, trust_env=False, timeout=60, **request)

    def answer(self, user, decisions):
        params_input = {"queue": self.checksum, "decisions": decisions} if decisions else {}
        return self.ask("PATCH", user, json={"chosen_options": ["Submit"], "params_input": params_input})

    def wait_for_the_end(self):
        wait_until(
            lambda: self.airflow.api.state(self.run) in ("success", "failed"),
            what="the run",
            timeout_s=300,
            needed=self.airflow.processes,
        )
        return self.airflow.api.state(self.run)

    def decisions(self):
        stored = self.s3.get_object(Bucket="photos", Key=f"review/decisions/{self.checksum}.json")
        return json.load(stored["Body"])


@pytest.fixture
def ask(sites):
    return lambda items: Asked(sites["simple"], items)


def images(prefix, count):
    return [item(f"{prefix}/{number:03d}.jpg") for number in range(count)]


def decide(page, keys):
    page.locator(".card").first.wait_for()
    page.locator(".card:focus").wait_for()
    for key in keys:
        page.keyboard.press(key)


def submit(page):
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit", exact=True).click()


def test_a_moderator_decides_sixty_images_by_keyboard_and_the_run_continues(ask, log_in, site):
    asked = ask([*images("sixty", 55), *(item(f"hostile/{key}") for key in HOSTILE)])
    page = log_in("user", "/rekmedia/reports", site)
    link = page.locator(f"a[href*='{quote(asked.run.run_id, safe='')}']").first
    assert link.text_content() == "Review images: 60 images"
    link.click()
    decide(page, "aabas" * 6)
    page.reload()
    decide(page, "aabae" * 6)
    submit(page)
    page.get_by_text("Submitted. 36 images allowed. 12 images blocked.").wait_for()

    assert asked.wait_for_the_end() == "success"
    stored = asked.decisions()
    assert stored["decisions"] == "aabas" * 6 + "aabae" * 6
    assert stored["reviewer_name"] == "user"
    # Nobody can see an escalated image any more, wherever its address is known from.
    cookies = {"_token": site.token_of("admin")}
    for kind in ("previews", "images"):
        address = f"{site.url}{asked.path}/{kind}/34"
        assert httpx.get(address, cookies=cookies, trust_env=False, timeout=60).status_code == 404
    page.reload()
    page.get_by_text("user submitted this review on").wait_for()


def test_an_answer_without_decisions_asks_again_and_the_second_submitter_is_told(ask, log_in, site):
    asked = ask(images("again", 3))
    assert asked.answer("op", "").status_code == 200  # what the button of Airflow's own form sends
    wait_until(lambda: not asked.is_answered(), what="the second question", timeout_s=120)
    asked.wait_for("awaiting_input", "deferred")

    page = log_in("user", asked.path, site)
    decide(page, "aba")
    assert asked.answer("op", "bbb").status_code == 200
    submit(page)
    page.get_by_text("op has already submitted this review").wait_for()
    assert asked.wait_for_the_end() == "success"


def test_a_viewer_may_look_in_the_tab_but_not_decide(ask, log_in, site):
    asked = ask(images("viewer", 2))
    page = log_in("viewer", asked.task_path, site)
    page.get_by_role("link", name="Review", exact=True).last.click()
    frame = page.frame_locator("iframe[title=Review]")
    frame.get_by_text("This review is read-only for you").wait_for()
    assert frame.get_by_role("button", name="Submit…").is_disabled()
    assert asked.answer("viewer", "aa").status_code == 403

    page.context.clear_cookies()
    page = log_in("op", asked.task_path, site)
    page.get_by_role("link", name="Review", exact=True).last.click()
    frame = page.frame_locator("iframe[title=Review]")
    frame.locator(".card img.preview").first.wait_for()
    frame.locator(".card:focus").wait_for()
    page.keyboard.press("a")
    frame.get_by_text("1 of 2 images decided").wait_for()
    assert asked.answer("op", "aa").status_code == 200
    assert asked.wait_for_the_end() == "success"
