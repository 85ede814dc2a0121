"""Runs with a review in a whole Airflow: they ask, somebody answers, and they write files to S3."""

import gzip
import json
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
from answer_race import wait_until_answer_is_safe
from core.review.rows import row
from plugins.moderation_page.review.queues import BUCKET, jpeg

from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import encode_verdict_row
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until


class ReviewRun:
    """
    A run of a Dag with one review task.

    :param checksum: Of the queue; ``None`` if nobody answers but the page.
    :param map_index: 0 in a task group, whose review task is mapped.
    """

    def __init__(self, site, dag_id, *, checksum=None, task_id="review", map_index=-1, **params):
        self.site, self.airflow, self.s3 = site, site.airflow, site.aws.client("s3")
        self.checksum = checksum
        self.task_id, self.map_index = task_id, map_index
        self.run = self.airflow.api.trigger(dag_id, params=params)
        run_id = quote(self.run.run_id, safe="")
        self.page_path = f"/rekmedia/dags/{dag_id}/runs/{run_id}/tasks/{task_id}/{map_index}/review"
        self.tab_path = f"/dags/{dag_id}/runs/{run_id}/tasks/{task_id}"
        self.question_path = (
            f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/{map_index}/hitlDetails"
        )

    def wait_for_the_question(self, *, number=1):
        """Wait until the task waits for a person, for the first time or again, and an answer is safe."""

        def is_asked():
            return any(
                task.task_id == self.task_id and task.state in ("awaiting_input", "deferred")
                for task in self.airflow.api.tasks(self.run)
            )

        wait_until(is_asked, what="the question", timeout_s=300, needed=self.airflow.processes)
        wait_until_answer_is_safe(self.airflow, self.run, self.task_id, questions=number)
        return self

    def wait_for_the_end(self):
        """Wait until the run ends, and return its state."""

        def is_over():
            return self.airflow.api.state(self.run) in ("success", "failed")

        wait_until(is_over, what="the end of the run", timeout_s=300, needed=self.airflow.processes)
        return self.airflow.api.state(self.run)

    def request(self, method, user, path, *, site=None, **request):
        """Send a request as a user, to the page or to Airflow's API."""
        site = site or self.site
        cookies = {"_token": site.token_of(user)}
        return httpx.request(
            method, f"{site.url}{path}", cookies=cookies, trust_env=False, timeout=60, **request
        )

    def is_answered(self):
        return self.request("GET", "admin", self.question_path).json()["response_received"]

    def answer(self, user, decisions, *, site=None):
        """Answer as the page does; without decisions, as the button of Airflow's own form does."""
        params_input = {"queue": self.checksum, "decisions": decisions} if decisions else {}
        body = {"chosen_options": ["Submit"], "params_input": params_input}
        return self.request("PATCH", user, self.question_path, site=site, json=body)

    def audit_log_of_answers(self):
        """Return what Airflow's audit log keeps of each answer."""
        query = f"dag_id={self.run.dag_id}&run_id={quote(self.run.run_id, safe='')}"
        events = self.request("GET", "admin", f"/api/v2/eventLogs?{query}").json()["event_logs"]
        return [event["extra"] for event in events if event["event"] == "update_hitl_detail"]

    def texts_in_airflow(self):
        """Return what Airflow stores and shows of the run: logs, XComs, rendered arguments, the audit log."""
        texts = self.audit_log_of_answers()
        path = f"/api/v2{self.run.path}/taskInstances"
        texts.append(self.request("GET", "admin", path).text)
        for task in self.airflow.api.tasks(self.run):
            texts.append(self.airflow.api.log(self.run, task))
            index = f"map_index={task.map_index}"
            entries = f"{path}/{task.task_id}/xcomEntries"
            keys = self.request("GET", "admin", f"{entries}?{index}").json()["xcom_entries"]
            texts += [self.request("GET", "admin", f"{entries}/{xcom['key']}?{index}").text for xcom in keys]
        return texts

    def read(self, uri):
        place = parse_s3_uri(uri)
        return self.s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()


class NightRun(ReviewRun):
    """A run of the task group: plan, review, finish."""

    def __init__(self, site, dag_id, keys, *, confidence):
        verdicts = put_verdicts(site.aws.client("s3"), keys, confidence=confidence)
        super().__init__(site, dag_id, task_id="review_images.review", map_index=0, verdicts=verdicts)

    def xcom(self, task, key):
        return self.airflow.api.xcom(self.run, f"review_images.{task}", key=key)

    def plan(self):
        return json.loads(self.read(self.xcom("plan", "plan")))

    def queue_keys(self):
        """Return the keys of the images in the queue, in its order."""
        (queue,) = self.plan()["queues"]
        return [item["key"] for item in json.loads(self.read(queue["uri"]))["items"]]

    def decisions(self):
        """Return the recorded decisions; ``None`` without any."""
        (queue,) = self.plan()["queues"]
        found = self.uris_below(queue["uri"].partition("/queues/")[0] + "/decisions/")
        return json.loads(self.read(found[0])) if found else None

    def final_verdicts(self):
        """Return the rows of the final verdict files: key to verdict and who decided."""
        rows = [row for uri in self.xcom("finish", "verdicts")["uris"] for row in self.rows(uri)]
        return {row["key"]: (row["verdict"], row["decided_by"]) for row in rows}

    def rows_below(self, folder):
        """Return the rows of all files that this run wrote to a folder of reviews."""
        run = f"dag_id={self.run.dag_id}/run_id={quote(self.run.run_id, safe='')}/"
        uris = self.uris_below(f"s3://{BUCKET}/nights/{folder}/{run}")
        return [row for uri in uris for row in self.rows(uri)]

    def rows(self, uri):
        body = self.read(uri)
        body = gzip.decompress(body) if uri.endswith(".gz") else body
        return [json.loads(line) for line in body.splitlines()]

    def uris_below(self, prefix):
        place = parse_s3_uri(prefix)
        listed = self.s3.list_objects_v2(Bucket=place.bucket, Prefix=place.key)
        return [f"s3://{place.bucket}/{found['Key']}" for found in listed.get("Contents", ())]


def put_verdicts(s3, keys, *, confidence):
    """Write images, and the verdict file of a night. The first image is the worst."""
    rows = []
    for place, key in enumerate(keys):
        shade = (40 + 37 * place % 200, 90 + 61 * place % 160, int(confidence))
        image = s3.put_object(Bucket=BUCKET, Key=key, Body=jpeg(shade), ContentType="image/jpeg")
        known = {"etag": image["ETag"].strip('"'), "confidence": confidence - place / 10}
        rows.append(row(key, last_modified=datetime(2026, 5, 1, tzinfo=UTC), **known))
    name = f"verdicts/{keys[0]}.jsonl.gz"
    s3.put_object(Bucket=BUCKET, Key=name, Body=gzip.compress(b"".join(map(encode_verdict_row, rows))))
    return f"s3://{BUCKET}/{name}"
