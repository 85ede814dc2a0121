"""
Move a number of objects to the quarantine, with a kill in the middle; undo it; tag as many.

    python tests/benchmarks/actions.py [OBJECTS ...]

Without OBJECTS, it runs 10,000 and 100,000. One million needs 3 GB of disk and, on two cores, half an hour.

S3 is a stub in the same process, see ``actions_s3.py``. Its CPU time is subtracted, and boto3's is not in it.
Each number of objects runs in a process of its own. Memory is the peak of a phase above that process with all
modules imported and the stub's objects made.

    python tests/benchmarks/actions.py --latency MILLISECONDS [OBJECTS]

This measures seconds instead: 10,000 moves with a real boto3 client, whose HTTP requests take so long.
"""

import contextlib
import gc
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DEFAULT_OBJECTS = (10_000, 100_000)


class Clients:
    """What a service gets of the hook."""

    def __init__(self, s3):
        from airflow_provider_rekmedia.adapters.s3.objects import S3Objects

        self.objects, self._s3 = S3Objects(s3), s3

    def s3_client(self, _):
        return self._s3


def settings(task, attempt=1, **more):
    from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
    from airflow_provider_rekmedia.core.s3_uri import S3Uri
    from airflow_provider_rekmedia.services.apply_verdicts import ActionSettings

    return ActionSettings(
        identity=TaskIdentity("nightly", "1", task, -1),
        attempt=attempt,
        action_log=S3Uri("ops", "actions/"),
        holds=S3Uri("ops", "holds/"),
        origin_path="/",
        **more,
    )


def apply(clients, uris, verb, attempt=1):
    from airflow_provider_rekmedia.core.actions.action_plan import ActionPlan, parse_actions
    from airflow_provider_rekmedia.core.actions.tags import parse_tags
    from airflow_provider_rekmedia.core.s3_uri import S3Uri
    from airflow_provider_rekmedia.services.apply_verdicts import apply_verdicts

    verbs, functions = parse_actions({"block": verb})
    plan = ActionPlan(verbs=verbs, quarantine=S3Uri("quarantine", "moved/"), tags=parse_tags(None))
    chosen = settings(verb, attempt)
    return apply_verdicts(plan, uris, chosen, clients, run_images=None, functions=functions, dry_run=False)


def undo(clients, applied):
    from airflow_provider_rekmedia.services.apply_verdicts import undo_actions

    return undo_actions(applied.log, settings("undo"), clients)


def memory_mb(name):
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1]) / 1024


class Phases:
    """Measures one phase after the other, and prints each."""

    def __init__(self, s3):
        self.s3 = s3
        gc.collect()
        self.idle_mb = memory_mb("VmRSS")

    def run(self, name, act):
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak
        s3, before, put_bytes = self.s3, self.s3.requests.copy(), self.s3.put_bytes
        started, cpu, stub = time.perf_counter(), time.process_time(), s3.stub_cpu_s
        result = act()
        found = {
            "phase": name,
            "objects": s3.images,
            "cpu_s": time.process_time() - cpu - (s3.stub_cpu_s - stub),
            "wall_s": time.perf_counter() - started,
            "peak_mb": memory_mb("VmHWM") - self.idle_mb,
            "put_mb": (s3.put_bytes - put_bytes) / 1e6,
            "requests": dict(s3.requests - before),
        }
        print(json.dumps(found), flush=True)
        return result


def killed(s3, clients):
    """Move the first half; then the worker is gone."""
    from actions_s3 import Killed

    from airflow_provider_rekmedia.services.apply_verdicts import BATCH_SIZE

    s3.puts_until_kill = s3.images // BATCH_SIZE  # two for each batch
    with contextlib.suppress(Killed):
        apply(clients, s3.verdict_uris(), "move")
    assert 0 < sum(s3.copies) < s3.images
    s3.puts_until_kill = None


def measure(objects):
    from actions_s3 import ActionsS3

    logging.getLogger().addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory() as folder:
        warm = ActionsS3(2_000, folder)
        undo(Clients(warm), apply(Clients(warm), warm.verdict_uris(), "move"))
    with tempfile.TemporaryDirectory() as folder:
        s3 = ActionsS3(objects, folder)
        clients, phases = Clients(s3), Phases(s3)
        phases.run("half", lambda: killed(s3, clients))
        moved = phases.run("resume", lambda: apply(clients, s3.verdict_uris(), "move", attempt=2))
        assert moved.summary["counts"]["done"] == objects
        assert (sum(s3.originals), sum(s3.copies)) == (0, objects)
        undone = phases.run("undo", lambda: undo(clients, moved))
        assert undone.summary["counts"]["done"] == objects
        assert (sum(s3.originals), sum(s3.copies)) == (objects, 0)
        phases.run("tag", lambda: apply(clients, s3.verdict_uris(), "tag"))


def measure_latency(latency_ms, objects):
    """Move objects with a real boto3 client."""
    from actions_http import client_of
    from actions_s3 import ActionsS3

    with tempfile.TemporaryDirectory() as folder:
        s3 = ActionsS3(objects, folder)
        client = client_of(s3, latency_ms / 1000, 16)
        started, cpu = time.perf_counter(), time.process_time()
        moved = apply(Clients(client), s3.verdict_uris(), "move")
        wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu - s3.stub_cpu_s
    assert moved.summary["counts"]["done"] == objects
    print(
        f"{latency_ms} ms: {objects:,} moves in {wall_s:.0f} s, {cpu_s:.0f} CPU s, "
        f"{sum(s3.requests.values()):,} requests, {objects / wall_s:.0f} objects a second"
    )


def show(found):
    requests = ", ".join(f"{count:,} {kind}" for kind, count in sorted(found["requests"].items()))
    print(
        f"{found['phase']:7} {found['objects']:>9,} objects {found['cpu_s']:7.1f} CPU s "
        f"({found['cpu_s'] / found['objects'] * 1e6:4.0f} us each) {found['wall_s']:7.1f} s "
        f"{found['peak_mb']:5.1f} MB above idle; {found['put_mb']:,.0f} MB written; {requests}",
        flush=True,
    )


def main(each_objects):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    for objects in each_objects:
        command = [sys.executable, __file__, "--measure", str(objects)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                show(json.loads(line))
        assert process.returncode == 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--latency"]:
        sys.path.insert(0, str(Path(__file__).parents[2]))
        measure_latency(int(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 10_000)
    else:
        main([int(each) for each in sys.argv[1:]] or DEFAULT_OBJECTS)
