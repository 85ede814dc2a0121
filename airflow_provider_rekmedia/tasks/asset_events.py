"""Adds what a run found to the events of its assets (datasets, on Airflow 2)."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

__all__ = ["update_asset_events"]


def update_asset_events(context: Mapping[str, Any], outlets: Iterable[Any], extra: Mapping[str, Any]) -> None:
    """
    Update the extra of each outlet's event, for Dags that are scheduled by the outlets.

    :param context: The context of the task; without ``outlet_events`` nothing is updated.
    :param outlets: The operator's ``outlets``; an outlet without events is skipped.
    :param extra: JSON-serializable, small.
    """
    events = context.get("outlet_events")
    if events is None:
        return
    for outlet in outlets:
        # An outlet may not be an asset: a File is for lineage. Airflow 3 raises TypeError; Airflow 2.11
        # uses its text as a uri, and refuses some of these.
        with suppress(TypeError, ValueError):
            events[outlet].extra.update(extra)
