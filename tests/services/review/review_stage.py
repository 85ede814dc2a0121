"""One night of reviews in memory: verdict files, plans, answers and their result."""

import gzip
import io
import json
from dataclasses import dataclass, field
from types import SimpleNamespace

from core.review.items import NOON
from core.review.rows import row
from fuzz.memory_s3 import MemoryS3
from PIL import Image

from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.review.order import ReviewOrder
from airflow_provider_rekmedia.core.review.queue import decode_queue, parse_queue_uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import encode_verdict_row
from airflow_provider_rekmedia.services.finish_review import FinishRequest, finish_review
from airflow_provider_rekmedia.services.plan_review import PlanRequest, plan_review
from airflow_provider_rekmedia.services.record_decisions import Answered, record_decisions

PREFIX = S3Uri("ops", "review/")
HOLDS = S3Uri("ops", "holds/")


def picture(color="red", size=(64, 48)):
    made = io.BytesIO()
    Image.new("RGB", size, color).save(made, "JPEG")
    return made.getvalue()


class Killed(BaseException):
    """The worker dies before a call."""


@dataclass
class Stage:
    """
    A bucket, and what the tasks of a night do with it.

    :param dies_at: Number of the write or delete before which the worker dies; ``None`` never.
    """

    s3: MemoryS3 = field(default_factory=MemoryS3)
    dies_at: int | None = None
    changes: int = 0

    def __post_init__(self):
        put, delete = self.s3.put_object, self.s3.delete_object
        self.s3.put_object = lambda **arguments: self._change(put, arguments)
        self.s3.delete_object = lambda **arguments: self._change(delete, arguments)

    def _change(self, call, arguments):
        if self.changes == self.dies_at:
            raise Killed
        self.changes += 1
        return call(**arguments)

    @property
    def objects(self):
        return S3Objects(self.s3)

    @property
    def clients(self):
        return SimpleNamespace(objects=self.objects)

    def put(self, uri, body):
        self.s3.objects[uri] = body

    def put_image(self, name, body=None, **changes):
        """Write an image, and return its row with its true ETag."""
        self.put(f"s3://photos/{name}", body or picture())
        etag = self.objects.head(S3Uri("photos", name)).etag.strip('"')
        return row(name, etag=etag, **changes)

    def put_verdicts(self, *rows, name="v"):
        uri = f"s3://ops/verdicts/{name}.jsonl.gz"
        self.put(uri, gzip.compress(b"".join(map(encode_verdict_row, rows))))
        return uri

    def names(self, folder):
        """The names of the objects below a folder, wherever it is in a key."""
        return sorted(uri.rpartition("/")[2] for uri in self.s3.objects if f"/{folder}/" in uri)

    def plan(self, *rows, run="monday", **changes):
        values = {
            "dag_id": "nightly",
            "run_id": run,
            "prefix": PREFIX,
            "holds": HOLDS,
            "verdict_uris": (self.put_verdicts(*rows, name=run),) if rows else (),
            "run_images": 10,
            "verdicts": frozenset({Decision.REVIEW}),
            "order": ReviewOrder.SEVERITY,
            "policy": None,
            "queue_size": 200,
            "max_images": 10_000,
            "candidates": None,
            "audit_near": 0,
            "audit_clean": 0,
            "double_share": 0.0,
            "previews": False,
        }
        return plan_review(PlanRequest(**values | changes), self.clients)

    def queues(self, written):
        return [decode_queue(self.s3.objects[each.uri], each.uri) for each in written.plan.queues]

    def answer(self, written, letters, *, number=0, reviewer="ann", **more):
        planned = written.plan.queues[number]
        sent = {"queue": planned.checksum, "decisions": letters, "seconds": 60, "revealed": 1, **more}
        return self.submit(planned.uri, sent, reviewer)

    def submit(self, uri, sent, reviewer="ann"):
        who = Answered(
            identity=TaskIdentity("nightly", "monday", "review", 0),
            attempt=1,
            reviewer_id=reviewer,
            reviewer_name=reviewer,
            at=NOON,
        )
        return record_decisions(parse_queue_uri(uri), sent, who, self.clients)

    def finish(self, written, **changes):
        values = {"plan": written.uri, "decisions_file": None, "salt": "salt"} | changes
        return finish_review(FinishRequest(**values), self.clients)

    def final(self, finished):
        """The final verdicts: key to verdict and who decided."""
        rows = iter_verdict_rows(finished.verdicts.uris, self.objects)
        return {each.key: (str(each.verdict), str(each.decided_by)) for each in rows}

    def lines(self, uri):
        body = self.s3.objects[str(uri)]
        body = gzip.decompress(body) if str(uri).endswith(".gz") else body
        return [json.loads(line) for line in body.splitlines()]

    def everything_with(self, text):
        """The uris of the objects that contain a text."""
        found = []
        for uri, body in self.s3.objects.items():
            plain = gzip.decompress(body) if uri.endswith(".gz") else body
            if text.encode() in plain or text in uri:
                found.append(uri)
        return found


def images(*names, **changes):
    return [row(name, **changes) for name in names]
