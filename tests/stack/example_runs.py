"""The example Dags in one complete Airflow, run after run, and what was seen of each."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from airflow_provider_rekmedia.demo.local_airflow.rest_api import DagRun, TaskRun
from airflow_provider_rekmedia.demo.local_airflow.state_changes import iter_state_changes
from airflow_provider_rekmedia.demo.progress_log import ProgressLog
from airflow_provider_rekmedia.demo.sandbox import Sandbox, running_sandbox

#: Triggered by hand, without params and without a logical date.
BY_HAND = ("judge_again", "blocked_images", "nightly_moderation")


@dataclass
class SeenRun:
    """
    The outcome of one run.

    :param changes: A task each time its state changed.
    :param logs: Of the last try, by task.
    :param returned: Return values of the tasks that succeeded, by task.
    """

    run: DagRun
    changes: list[TaskRun] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    returned: dict[str, Any] = field(default_factory=dict)

    @property
    def states(self) -> dict[str, str | None]:
        """The last state of each task."""
        return {task.label: task.state for task in self.changes}

    def states_of(self, label: str) -> list[str | None]:
        """All states of a task, in their order."""
        return [task.state for task in self.changes if task.label == label]


@dataclass
class SeenAirflow:
    """
    The outcome of all runs.

    :param night: ``nightly_moderation`` for the day of the sample files.
    :param too_early: The Dags that need an earlier run, before there is one.
    :param by_hand: After the night.
    :param per_image: ``moderate_images``, in an account without access to bulk analysis.
    :param again: ``judge_again`` after all runs.
    :param usage: The calls and images that AWS would bill for the night.
    :param xcoms: Of the night, by key; ``per_image_counts`` is of the per-image run.
    """

    night: SeenRun
    too_early: dict[str, SeenRun]
    by_hand: dict[str, SeenRun]
    per_image: SeenRun
    again: SeenRun
    usage: Mapping[str, Any]
    xcoms: dict[str, Any]
    links: dict[str, str | None]
    running: Sequence[str]
    listening: Sequence[str]
    left_over: Sequence[str] = ()


def run_examples(folder: Path) -> SeenAirflow:
    """Run the Dags, each after the end of the previous one, and stop Airflow."""
    with running_sandbox(folder, ProgressLog()) as sandbox:
        sessions = {process.group_id for process in sandbox.airflow.processes}
        seen = _run_all(sandbox, sessions)
    seen.left_over = [" ".join(process.cmdline()) for process in _processes_of(sessions)]
    return seen


def _run_all(sandbox: Sandbox, sessions: set[int]) -> SeenAirflow:
    api, links = sandbox.airflow.api, {}
    too_early = {name: _follow(sandbox, api.trigger(name)) for name in BY_HAND[:2]}

    night = SeenRun(sandbox.trigger_nightly_dag())
    for task in iter_state_changes(sandbox.airflow, night.run, timeout_s=240):
        night.changes.append(task)
        if task.state == "deferred":
            links = api.links(night.run, task)
    _read_tasks(sandbox, night)
    running = [process.name() for process in _processes_of(sessions)]
    listening = [address for process in _processes_of(sessions) for address in _listening(process)]
    usage = sandbox.aws.usage()
    names = (("manifest", "skipped"), ("results", "counts"), ("results", "label_counts"))
    xcoms = {key: api.xcom(night.run, task, key=key) for task, key in names}
    xcoms["job"] = api.xcom(night.run, "moderate", map_index=0)

    by_hand = {name: _follow(sandbox, api.trigger(name)) for name in BY_HAND}
    sandbox.aws.inject("closed")
    per_image = _follow(sandbox, api.trigger("moderate_images"))
    xcoms["per_image_counts"] = api.xcom(per_image.run, "moderate_images.results", key="counts")
    again = _follow(sandbox, api.trigger("judge_again"))
    return SeenAirflow(night, too_early, by_hand, per_image, again, usage, xcoms, links, running, listening)


def _follow(sandbox: Sandbox, run: DagRun) -> SeenRun:
    seen = SeenRun(run)
    seen.changes.extend(iter_state_changes(sandbox.airflow, run, timeout_s=240))
    _read_tasks(sandbox, seen)
    return seen


def _read_tasks(sandbox: Sandbox, seen: SeenRun) -> None:
    api = sandbox.airflow.api
    for task in api.tasks(seen.run):
        if task.state in ("success", "failed"):
            seen.logs[task.label] = api.log(seen.run, task)
        if task.state == "success" and task.label in ("judged", "act", "results"):
            seen.returned[task.label] = api.xcom(seen.run, task.task_id)


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
