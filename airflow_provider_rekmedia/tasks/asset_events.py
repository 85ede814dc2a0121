"""Adds what a run found to the events of its assets (datasets, on Airflow 2)."""

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_rekmedia.airflow_compat import Asset, AssetAlias, AssetRef

__all__ = ["update_asset_events"]


def update_asset_events(context: Mapping[str, Any], outlets: Iterable[Any], extra: Mapping[str, Any]) -> None:
    """
    Update the extra of each outlet's event, for Dags that are scheduled by the outlets.

    :param context: The context of the task; without ``outlet_events`` nothing is updated.
    :param outlets: The operator's ``outlets``; an outlet that is not an asset has no events and is ignored.
    :param extra: JSON-serializable, small.
    """
    events = context.get("outlet_events")
    if events is None:
        return
    for outlet in outlets:
        # An outlet need not be an asset: a File is for lineage.
        if isinstance(outlet, Asset | AssetAlias | AssetRef):
            events[outlet].extra.update(extra)
