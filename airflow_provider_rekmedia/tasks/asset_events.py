"""What a task tells those who wait for its assets (datasets, on Airflow 2)."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

__all__ = ["update_asset_events"]


def update_asset_events(context: Mapping[str, Any], outlets: Iterable[Any], extra: Mapping[str, Any]) -> None:
    """
    Put what a run found into the events of its outlets, for Dags that are scheduled by them.

    :param context: The task's; without ``outlet_events`` nothing is told.
    :param outlets: The operator's ``outlets``; those that have no events are passed over.
    :param extra: JSON-serializable, small.
    """
    events = context.get("outlet_events")
    if events is None:
        return
    for outlet in outlets:
        # An outlet need be no asset: a File is for lineage. Airflow 3 refuses it with a TypeError; 2.11 takes
        # its text for a uri, and refuses some of these.
        with suppress(TypeError, ValueError):
            events[outlet].extra.update(extra)
