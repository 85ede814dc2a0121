"""The result of a nightly run: images, labels, errors with their reasons, tasks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.core.taxonomy import PARENT_OF

from .local_airflow.rest_api import AirflowApi, DagRun, TaskRun

__all__ = ["RunOverview", "fetch_run_overview"]


@dataclass(frozen=True)
class RunOverview:
    """
    The XComs of a run, and its tasks.

    :param skipped: number of files that are not in the manifest, by reason
    :param counts: number of images, by outcome
    :param label_counts: number of images, by label
    :param errors: images that were not analyzed; the list may be truncated
    :param tasks: the task instances
    :param billed: number of images that AWS would have billed
    :param report: the XCom ``report``: the uris of the report, and its headline
    """

    skipped: Mapping[str, int]
    counts: Mapping[str, int]
    label_counts: Mapping[str, int]
    errors: Sequence[Mapping[str, Any]]
    tasks: Sequence[TaskRun]
    billed: int
    report: Mapping[str, Any]

    def iter_lines(self) -> Iterator[str]:
        """Write the overview as text."""
        yield from _section("Images", self._images())
        yield from _section("Labels", _labels(self.label_counts))
        yield from _section("Not analyzed", _reasons(self.errors))
        yield from _section("Report", (self.report["headline"], self.report["html"]))
        yield from _section("Tasks", _durations(self.tasks))

    def _images(self) -> Iterator[str]:
        counts, skipped = self.counts, sum(self.skipped.values())
        yield f"{counts['images'] + skipped:5}  files under the prefix"
        reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in self.skipped.items())
        yield f"{skipped:5}  not for this night: {reasons}"
        yield f"{counts['images']:5}  images in the manifest, of which"
        yield f"{counts['analyzed']:5}    analyzed: {counts['block']} to block, {counts['review']} to review"
        yield f"{counts['failed']:5}    not analyzed, for a reason"
        yield f"{counts['unaccounted']:5}    lost"
        yield f"{self.billed:5}  images billed, had this been AWS"


def fetch_run_overview(api: AirflowApi, run: DagRun, *, billed: int) -> RunOverview:
    """
    Fetch a finished run from Airflow's REST API.

    :param billed: number of billed images, as the emulator counts them
    """
    return RunOverview(
        skipped=api.xcom(run, "manifest", key="skipped"),
        counts=api.xcom(run, "results")["counts"],
        label_counts=api.xcom(run, "results", key="label_counts"),
        errors=api.xcom(run, "results", key="errors"),
        tasks=api.tasks(run),
        billed=billed,
        report=api.xcom(run, "results", key="report"),
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    yield from (f"  {line}" for line in lines)


def _labels(counts: Mapping[str, int]) -> Iterator[str]:
    """Write the labels as a tree. An image with a label has the label's parents, too."""
    children = defaultdict(list)
    for label in counts:
        parent = PARENT_OF.get(label, "")
        children[parent if parent in counts else ""].append(label)

    def branch(parent: str, indent: str) -> Iterator[str]:
        for label in children[parent]:
            yield f"{counts[label]:5}  {indent}{label}"
            yield from branch(label, indent + "  ")

    return branch("", "")


def _reasons(errors: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    messages = {error["code"]: error["message"] for error in errors}
    for code, count in Counter(error["code"] for error in errors).most_common():
        yield f"{count:5}  {code}: {messages[code]}"
        names = [str(error["uri"]).rpartition("/")[2] for error in errors if error["code"] == code]
        yield f"       {', '.join(names[:3])}{', …' if len(names) > 3 else ''}"  # noqa: PLR2004 - enough to see


def _durations(tasks: Sequence[TaskRun]) -> Iterator[str]:
    for task in sorted(tasks, key=lambda task: task.started_at or ""):
        yield f"{task.label:<20} {task.state or 'nothing':<10} {task.duration_s or 0:5.1f} s"
