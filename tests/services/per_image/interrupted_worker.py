"""
A program that interrupts the main thread of jobs wherever a signal may, at one instruction after the other.

Python 3.11 may keep an exception for handled for ever that is raised between two instructions of a
handler, so no test does this in its own process.
"""

import dis
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime

from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.per_image.settings import OnExpiredAdapter
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.services.per_image import call_pool as calls
from airflow_provider_rekmedia.services.per_image import per_image_job as engine
from airflow_provider_rekmedia.services.per_image.options import PerImageOptions
from airflow_provider_rekmedia.services.per_image.per_image_job import PerImageJob

IMAGES, BOUND, POINTS = 24, 4, 200
#: CPython checks for signals after these instructions: https://github.com/python/cpython, Python/ceval.c
CHECKS_SIGNALS_AFTER = ("CALL", "JUMP_BACKWARD", "RESUME")
#: Where a signal may come.
TRACED = ("per_image/per_image_job.py", "per_image/call_pool.py", "threading.py")
LINES = [f"s3://b/{number}.jpg" for number in range(IMAGES)]
REQUEST = MediaAnalysisRequest(manifest=S3Uri("b", "m"), output=S3Uri("b", "o/"), job_name="n")


class Interrupted(BaseException):
    """Airflow's timeout of a task is no Exception either."""


class Objects:
    """S3 in memory."""

    def __init__(self):
        self.kept = {}

    def put(self, uri, body, _):
        self.kept[str(uri)] = body if isinstance(body, bytes) else body.read()

    def put_if_absent(self, uri, body, _):
        if str(uri) in self.kept:
            return False
        self.put(uri, body, _)
        return True

    def read(self, uri):
        return self.kept[str(uri)]

    def iter_objects(self, prefix):
        for uri in sorted(self.kept):
            if uri.startswith(str(prefix)):
                yield type("Found", (), {"uri": parse_s3_uri(uri)})


class Client:
    """Rekognition in memory; counts what it bills."""

    def __init__(self):
        self.billed, self.lock = Counter(), threading.Lock()

    def detect_moderation_labels(self, Image):  # noqa: N803 boto3's spelling
        time.sleep(0.002)  # a call takes a moment, so that several are in flight
        with self.lock:
            self.billed[Image["S3Object"]["Name"]] += 1
        return {"ModerationLabels": [], "ModerationModelVersion": "7.0"}


def run(objects, client):
    job = PerImageJob(
        "job",
        REQUEST,
        client=client,
        objects=objects,
        folder=S3Uri("b", "o/parts/"),
        created_at=datetime.now(UTC),
    )
    options = PerImageOptions(
        max_tps=None,
        max_concurrency=BOUND,
        on_expired_adapter=OnExpiredAdapter.WARN,
        on_progress=lambda _: None,
    )
    return job.run(LINES, options)


class NoPace:
    """A pacer that holds nobody back."""

    def __init__(self, _):
        pass

    def reserve(self, now):
        return 0.0

    def settle(self, now, reply):
        pass


class Instructions:
    """Counts where a signal may come into the engine, and into threading, and raises at one of them."""

    def __init__(self, at):
        self.at, self.count = at, 0

    def __call__(self, frame, event, arg):
        if not frame.f_code.co_filename.endswith(
            ("per_image/per_image_job.py", "per_image/call_pool.py", "threading.py")
        ):
            return None
        frame.f_trace_opcodes = True
        may_interrupt = False

        def trace(frame, event, arg):
            nonlocal may_interrupt
            if event == "opcode":
                self.count += may_interrupt
                if may_interrupt and self.count == self.at:
                    sys.settrace(None)
                    raise Interrupted
                may_interrupt = dis.opname[frame.f_code.co_code[frame.f_lasti]].startswith(
                    CHECKS_SIGNALS_AFTER
                )
            return trace

        return trace


def interrupted_run(objects, client, at):
    instructions = Instructions(at)
    try:
        sys.settrace(instructions)
        run(objects, client)
    except Interrupted:
        pass
    except RuntimeError as error:
        # Python's own Thread.start, interrupted while it waits for the thread's first sign of life.
        if not isinstance(error.__context__, Interrupted):
            raise
    finally:
        sys.settrace(None)
    return instructions.count


def main():
    engine._TICK_S = calls._TICK_S = 0.01
    engine.Pacer = NoPace
    # Python 3.12 and newer trace the opcodes of a function only after a first traced call of it.
    interrupted_run(Objects(), Client(), at=0)
    total = interrupted_run(Objects(), Client(), at=0)
    assert total > POINTS / 4
    for at in range(1, total, max(1, total // POINTS)):
        objects, client = Objects(), Client()
        interrupted_run(objects, client, at)
        job = run(objects, client)
        assert objects.kept[job.results_uri].count(b"\n") == IMAGES, at
        assert client.billed.total() <= IMAGES + BOUND, at
    sys.stdout.write("nothing hangs, nothing is lost\n")


if __name__ == "__main__":
    main()
