"""Verdict files over a client in memory, and the service under test."""

import gzip
from datetime import UTC, datetime

from services.actions.memory_bucket import MemoryBucket, etag_of

from airflow_provider_rekmedia.adapters.actions.action_log import ActionLog
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.actions.action_plan import ActionPlan, parse_actions
from airflow_provider_rekmedia.core.actions.holds import HoldRecord, encode_hold, hold_uri
from airflow_provider_rekmedia.core.actions.tags import parse_tags
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import DecidedBy, VerdictRow, encode_verdict_row
from airflow_provider_rekmedia.services.actions.act_on_object import Backoff
from airflow_provider_rekmedia.services.apply_verdicts import ActionSettings, apply_verdicts, undo_actions

HOLDS = S3Uri("ops", "holds/")
QUARANTINE = S3Uri("ops", "quarantine/")
LOGS = S3Uri("ops", "actions/")
FILE = "s3://ops/verdicts.jsonl.gz"
VERBS = ("tag", "copy", "move", "delete")
TAGS = {"owner": "ann"}


def row(key, body=b"judged", *, verdict="block", bucket="photos", etag=None):
    return VerdictRow(
        uri=f"s3://{bucket}/{key}",
        bucket=bucket,
        key=key,
        etag=etag_of(body) if etag is None else etag or None,
        size_bytes=len(body),
        last_modified=None,
        verdict=next(decision for decision in Decision if decision == verdict),
        rule="Explicit",
        labels=(),
        confidence=97.5,
        decided_by=DecidedBy.POLICY,
        dag_id="nightly",
        run_id="today",
        job_id="job",
        model_version="7.0",
        policy=None,
        policy_digest="0" * 16,
    )


class ActionStage:
    """What services get as ``clients``, with a bucket ``photos`` and a bucket ``ops``."""

    region = "us-east-1"

    def __init__(self, s3=None):
        self.s3 = s3 or MemoryBucket()
        self.objects = S3Objects(self.s3)
        self.waits = []
        self.attempt = 0

    def s3_client(self, max_connections):
        return self.s3

    def judge(self, *rows):
        body = gzip.compress(b"".join(map(encode_verdict_row, rows)), 1)
        self.s3.put("ops", "verdicts.jsonl.gz", body)

    def hold(self, key, bucket="photos"):
        image = S3Uri(bucket, key)
        record = HoldRecord(uri=str(image), held_at=datetime.now(UTC), held_by="lead")
        place = hold_uri(HOLDS, image)
        self.s3.put(place.bucket, place.key, encode_hold(record))

    def settings(self, *, task="act", **changes):
        self.attempt += 1
        values = {
            "identity": TaskIdentity("nightly", "today", task, -1),
            "attempt": self.attempt,
            "action_log": LOGS,
            "holds": HOLDS,
            "max_concurrency": 1,
            "backoff": Backoff(self.waits.append),
        }
        return ActionSettings(**values | changes)

    def apply(
        self, actions=None, *, dry_run=False, run_images=None, tags=None, quarantine=QUARANTINE, **changes
    ):
        verbs, functions = parse_actions(actions or {"block": "move"})
        plan = ActionPlan(verbs=verbs, quarantine=quarantine, tags=parse_tags(tags))
        return apply_verdicts(
            plan,
            (FILE,),
            self.settings(**changes),
            self,
            run_images=run_images,
            functions=functions,
            dry_run=dry_run,
        )

    def undo(self, applied, *, task="undo", **changes):
        return undo_actions(applied.log, self.settings(task=task, **changes), self)

    def outcomes(self, applied):
        """The outcome of each key, from the action log."""
        return {each.action.key: each for each in ActionLog(self.objects, applied.log).iter_outcomes()}

    def results(self, applied):
        return {key: str(each.outcome) for key, each in self.outcomes(applied).items()}

    def keys(self, bucket="photos"):
        return {key for (name, key) in list(self.s3.keys) if name == bucket and self.s3.current(name, key)}

    def quarantined(self):
        prefix = QUARANTINE.key
        return {
            key.removeprefix(prefix).split("/", 2)[2]: self.s3.current("ops", key)
            for key in self.keys("ops")
            if key.startswith(prefix)
        }


def put_and_judge(stage, *keys, verdict="block", **more):
    for key in keys:
        stage.s3.put("photos", key, b"judged", tags=dict(TAGS), **more)
    stage.judge(*(row(key, verdict=verdict) for key in keys))


def is_as_wanted(stage, verb, key):
    current = stage.s3.current("photos", key)
    match verb:
        case "tag":
            return current.tags == {**TAGS, "moderation-verdict": "block"}
        case "copy":
            return current is not None and stage.quarantined()[key].body == b"judged"
        case "move":
            return current is None and stage.quarantined()[key].body == b"judged"
    return current is None
