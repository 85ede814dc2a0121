"""The example Dags in a complete Airflow: api-server, Dag processor, scheduler and triggerer."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

import psutil
import pytest

from airflow_provider_rekmedia.demo.images.sample_images import iter_sample_files
from airflow_provider_rekmedia.demo.local_airflow.rest_api import TaskRun
from airflow_provider_rekmedia.demo.local_airflow.state_changes import iter_state_changes
from airflow_provider_rekmedia.demo.progress_log import ProgressLog
from airflow_provider_rekmedia.demo.sandbox import IMAGES, Sandbox, running_sandbox

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(
        version("apache-airflow") < "3",
        reason="2.11 has another web server, API and login; there the nightly Dag is tested in process",
    ),
]


@dataclass
class Night:
    """The outcome of the runs."""

    changes: list[TaskRun] = field(default_factory=list)
    xcoms: dict[str, Any] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    links: dict[str, str | None] = field(default_factory=dict)
    usage: Mapping[str, Any] = field(default_factory=dict)
    running: Sequence[str] = ()
    listening: Sequence[str] = ()
    left_over: Sequence[str] = ()
    per_image: dict[str, str | None] = field(default_factory=dict)

    def states_of(self, label: str) -> list[str | None]:
        return [task.state for task in self.changes if task.label == label]


@pytest.fixture(scope="module")
def night(tmp_path_factory) -> Night:
    seen = Night()
    with running_sandbox(tmp_path_factory.mktemp("stack"), ProgressLog()) as sandbox:
        api = sandbox.airflow.api
        sessions = {process.group_id for process in sandbox.airflow.processes}
        run = sandbox.trigger_nightly_dag()
        for task in iter_state_changes(sandbox.airflow, run, timeout_s=240):
            seen.changes.append(task)
            if task.state == "deferred":
                seen.links = api.links(run, task)
        seen.running = [process.name() for process in _processes_of(sessions)]
        seen.listening = [address for process in _processes_of(sessions) for address in _listening(process)]
        seen.usage = sandbox.aws.usage()
        for task, key in (("manifest", "skipped"), ("results", "counts"), ("results", "label_counts")):
            seen.xcoms[key] = api.xcom(run, task, key=key)
        seen.xcoms["job"] = api.xcom(run, "moderate", map_index=0)
        seen.logs = {task.label: api.log(run, task) for task in api.tasks(run)}
        _moderate_image_by_image(sandbox, seen)
    seen.left_over = [" ".join(process.cmdline()) for process in _processes_of(sessions)]
    return seen


def _moderate_image_by_image(sandbox: Sandbox, seen: Night) -> None:
    """Run the example of the per-image engine, in an account without access to bulk analysis."""
    sandbox.aws.inject("closed")
    api = sandbox.airflow.api
    run = api.trigger("moderate_images", logical_date=sandbox.now)
    for task in iter_state_changes(sandbox.airflow, run, timeout_s=120):
        seen.per_image[task.label] = task.state
    seen.xcoms["per_image_counts"] = api.xcom(run, "moderate_images.results", key="counts")
    seen.logs |= {task.label: api.log(run, task) for task in api.tasks(run)}


def _processes_of(sessions: set[int]) -> Iterator[psutil.Process]:
    """All processes in the sessions, of every parent and every process group."""
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue


def _listening(process: psutil.Process) -> list[str]:
    return [
        connection.laddr.ip
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]


def test_every_task_succeeds(night):
    ended = {task.label: task.state for task in night.changes}

    assert ended == dict.fromkeys(
        ["manifest", "moderate[0]", "results", "is_anything_blocked", "quarantine", "report_blocked"],
        "success",
    )


def test_the_waiting_task_is_deferred_while_the_job_runs_and_then_succeeds(night):
    states = night.states_of("moderate[0]")

    assert "deferred" in states
    assert states[-1] == "success"
    assert states.index("deferred") < states.index("success")


def test_every_image_of_the_day_is_accounted_for(night):
    counts, skipped = night.xcoms["counts"], night.xcoms["skipped"]

    assert counts["images"] + sum(skipped.values()) == len(list(_samples()))
    assert counts["analyzed"] + counts["failed"] == counts["images"]
    assert counts["unaccounted"] == 0


def test_the_labels_are_those_in_the_metadata_of_the_images(night):
    declared = Counter(
        entry.partition("=")[0]
        for file in _samples()
        if _DAY <= file.uploaded_at < _DAY + timedelta(days=1)
        for entry in file.metadata.get("rekmedia-labels", "").split("; ")
        if float(entry.partition("=")[2] or 0) >= 50
    )

    assert declared
    assert {label: night.xcoms["label_counts"][label] for label in declared} == declared


def test_one_job_is_started_and_each_analyzed_image_billed_once(night):
    assert night.usage["calls"]["StartMediaAnalysisJob"] == 1
    assert night.usage["images_billed"] == night.xcoms["counts"]["analyzed"]
    assert night.xcoms["job"]["status"] == "SUCCEEDED"


def test_the_log_of_the_first_try_has_the_job_id(night):
    assert night.xcoms["job"]["job_id"] in night.logs["moderate[0]"]


def test_links_of_an_emulated_run_do_not_lead_to_the_aws_console(night):
    assert night.links == {"Amazon Rekognition": None, "Results in S3": None}


def test_the_per_image_engine_succeeds_in_an_account_without_bulk_analysis(night):
    tasks = [
        "moderate_images.preflight",
        "moderate_images.manifest",
        "moderate_images.moderate[0]",
        "moderate_images.results",
        "report_blocked",
    ]

    assert night.per_image == dict.fromkeys(tasks, "success")
    counts = night.xcoms["per_image_counts"]
    assert counts["analyzed"] > night.xcoms["counts"]["analyzed"]
    assert counts["unaccounted"] == 0


def test_the_per_image_engine_logs_its_progress(night):
    log = night.logs["moderate_images.moderate[0]"]

    assert f"{night.xcoms['per_image_counts']['images']} images done" in log
    assert "Not analyzed: s3://photos/" in log


def test_airflow_listens_on_loopback_only(night):
    assert night.listening
    assert set(night.listening) == {"127.0.0.1"}


def test_every_process_is_stopped(night):
    assert len(night.running) >= 4
    assert night.left_over == []


_DAY = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def _samples():
    return iter_sample_files(IMAGES, day=_DAY)
