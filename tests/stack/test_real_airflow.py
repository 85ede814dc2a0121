"""The nightly Dag in a whole Airflow: api-server, Dag processor, scheduler and triggerer, each a process."""

import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

import psutil
import pytest
from demo.airflow_rest import DagRun, TaskRun
from demo.night import iter_changes
from demo.progress import Progress
from demo.sample_images import iter_sample_files
from demo.stage import IMAGES, Stage, raised_stage

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(
        version("apache-airflow") < "3",
        reason="2.11 has another web server, API and login; there the nightly Dag is tested in process",
    ),
]


@dataclass
class Night:
    """What was seen of one run."""

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
    with raised_stage(tmp_path_factory.mktemp("stack"), Progress()) as stage:
        rest = stage.airflow.rest
        sessions = {program.group_id for program in stage.airflow.programs}
        run = stage.begin_night()
        for task in iter_changes(stage.airflow, run, timeout_s=240):
            seen.changes.append(task)
            if task.state == "deferred":
                seen.links = _links_of(stage, run, task)
        seen.running = [process.name() for process in _processes_of(sessions)]
        seen.listening = [address for process in _processes_of(sessions) for address in _listening(process)]
        seen.usage = stage.aws.usage()
        for task, key in (("manifest", "skipped"), ("results", "counts"), ("results", "label_counts")):
            seen.xcoms[key] = rest.xcom(run, task, key=key)
        seen.xcoms["job"] = rest.xcom(run, "moderate", map_index=0)
        seen.logs = {task.label: rest.log(run, task) for task in rest.tasks(run)}
        _moderate_image_by_image(stage, seen)
    seen.left_over = [" ".join(process.cmdline()) for process in _processes_of(sessions)]
    return seen


def _links_of(stage: Stage, run: DagRun, task: TaskRun) -> dict[str, str | None]:
    """Ask until they are there: Airflow shows a task as deferred a moment before it stores its links."""
    until = time.monotonic() + 10
    while not all((links := stage.airflow.rest.links(run, task)).values()) and time.monotonic() < until:
        time.sleep(0.2)
    return links


def _moderate_image_by_image(stage: Stage, seen: Night) -> None:
    """Let the other example do the whole bucket with the other engine, where bulk analysis is closed."""
    stage.aws.inject("closed")
    rest = stage.airflow.rest
    run = rest.trigger("moderate_images", logical_date=stage.now)
    for task in iter_changes(stage.airflow, run, timeout_s=120):
        seen.per_image[task.label] = task.state
    seen.xcoms["per_image_counts"] = rest.xcom(run, "moderate_images.results", key="counts")
    seen.logs |= {task.label: rest.log(run, task) for task in rest.tasks(run)}


def _processes_of(sessions: set[int]) -> Iterator[psutil.Process]:
    """Everything in the programs' sessions, whoever started it and whatever process group it is in."""
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue


def _listening(process: psutil.Process) -> list[str]:
    return [each.laddr.ip for each in process.net_connections("inet") if each.status == psutil.CONN_LISTEN]


def test_every_task_succeeds(night):
    ended = {task.label: task.state for task in night.changes}

    assert ended == dict.fromkeys(
        ["manifest", "moderate[0]", "results", "is_anything_blocked", "notify"], "success"
    )


def test_the_task_that_waits_is_deferred_while_the_job_is_at_work_and_then_succeeds(night):
    states = night.states_of("moderate[0]")

    assert "deferred" in states
    assert states[-1] == "success"
    assert states.index("deferred") < states.index("success")


def test_every_image_of_the_day_is_accounted_for(night):
    counts, skipped = night.xcoms["counts"], night.xcoms["skipped"]

    assert counts["images"] + sum(skipped.values()) == len(list(_samples()))
    assert counts["analyzed"] + counts["failed"] == counts["images"]
    assert counts["unaccounted"] == 0


def test_the_labels_are_those_that_the_images_declare(night):
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


def test_the_log_tells_the_job_id_wherever_a_person_looks_for_it(night):
    assert night.xcoms["job"]["job_id"] in night.logs["moderate[0]"]


def test_links_into_the_console_are_there_while_the_task_is_deferred(night):
    assert night.links
    assert all(str(url).startswith("https://") for url in night.links.values())


def test_the_other_engine_ends_its_tasks_where_bulk_analysis_is_closed(night):
    tasks = ["moderate_images.manifest", "moderate_images.moderate[0]", "moderate_images.results", "notify"]

    assert night.per_image == dict.fromkeys(tasks, "success")
    counts = night.xcoms["per_image_counts"]
    assert counts["analyzed"] > night.xcoms["counts"]["analyzed"]
    assert counts["unaccounted"] == 0


def test_the_other_engine_tells_how_far_it_is(night):
    log = night.logs["moderate_images.moderate[0]"]

    assert f"{night.xcoms['per_image_counts']['images']} images done" in log
    assert "Not analyzed: s3://photos/" in log


def test_nobody_outside_this_machine_can_reach_the_airflow(night):
    assert night.listening
    assert set(night.listening) == {"127.0.0.1"}


def test_no_process_is_left(night):
    assert len(night.running) >= 4
    assert night.left_over == []


_DAY = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def _samples():
    return iter_sample_files(IMAGES, day=_DAY)
