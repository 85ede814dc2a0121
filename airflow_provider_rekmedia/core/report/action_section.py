"""The section "Actions" of a report, as ``report.json`` has it: what tasks did to the images of the run."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

__all__ = ["ActionRow", "TaskActions", "task_actions", "with_task_actions"]

_Count = Annotated[int, msgspec.Meta(ge=0)]


class ActionRow(msgspec.Struct, frozen=True, kw_only=True):
    """
    Images with one verdict and one verb.

    :param outcomes: Images by outcome, such as ``done`` or ``held``; outcomes without images are left out.
    """

    verdict: str
    verb: str
    outcomes: dict[str, _Count]

    @property
    def images(self) -> int:
        """Images of all outcomes."""
        return sum(self.outcomes.values())


class TaskActions(msgspec.Struct, frozen=True, kw_only=True):
    """
    What one task did.

    :param action_log: Prefix of its action log.
    """

    task_id: str
    map_index: int = -1
    action_log: str
    rows: tuple[ActionRow, ...]

    @property
    def images(self) -> int:
        """Images of all rows."""
        return sum(row.images for row in self.rows)


def task_actions(
    *, task_id: str, map_index: int, action_log: str, counts: Mapping[str, Mapping[str, int]]
) -> TaskActions:
    """
    Return the section of a task.

    :param counts: Outcomes by verdict and verb, such as ``{"block: move": {"done": 3}}``.
    """
    rows = []
    for name, outcomes in counts.items():
        verdict, _, verb = name.partition(": ")
        rows.append(ActionRow(verdict=verdict, verb=verb, outcomes=dict(outcomes)))
    return TaskActions(task_id=task_id, map_index=map_index, action_log=action_log, rows=tuple(rows))


def with_task_actions(known: tuple[TaskActions, ...], new: TaskActions) -> tuple[TaskActions, ...]:
    """Return the sections of all tasks. A retry of a task replaces its section."""
    others = [task for task in known if (task.task_id, task.map_index) != (new.task_id, new.map_index)]
    return (*others, new)
